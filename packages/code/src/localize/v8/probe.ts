import { V8_BOUNDARIES } from './boundaries.ts';
import { V8_MAPPING } from './mapping.ts';
import { V8_RECORDER } from './recorder.ts';
import { V8_WATCHDOG } from './watchdog.ts';

/**
 * A CommonJS module preloaded into every Node process of a check (`NODE_OPTIONS=--require`), and the modules it
 * uses. They run on whatever Node the project uses, hence their plain style.
 *
 * They take V8's precise block coverage through an inspector session instead of `NODE_V8_COVERAGE`, because only
 * so can it be cut at test boundaries, mapped back from transformed code (source maps held in memory) and taken
 * from a process that never ends by itself.
 *
 * `arguments.json` beside them: runner's script name -> extra arguments, put in where the runner starts, however
 * many scripts and package managers stand between it and the check's command.
 */
const MAIN = `'use strict';
const { readFileSync } = require('fs');
const { basename, join } = require('path');
const worker = require('worker_threads');

const dir = process.env.HEDDLE_PROBE_DIR;
const program = basename(process.argv[1] || '').replace(/\\.[cm]?js$/, '');
const isPackageManager = /^(npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli)?$/.test(program);
if (dir && !isPackageManager) start();

function start() {
  const extra = JSON.parse(readFileSync(join(dir, 'arguments.json'), 'utf8'))[program] || [];
  if (worker.isMainThread) process.argv.push(...extra.map((word) => word.replace('$HEDDLE_PROBE_DIR', dir)));
  const recorder = require('./recorder.cjs').record(dir, process.env.HEDDLE_PROBE_ROOT);
  if (!recorder) return;
  module.exports = require('./boundaries.cjs').cutAtTests(recorder);
  if (worker.isMainThread) require('./watchdog.cjs').watch(recorder, Number(process.env.HEDDLE_PROBE_SECONDS));
}
`;

/** The probe's files by name; `probe.cjs` is the one to preload. */
export const V8_PROBE: Readonly<Record<string, string>> = {
  'probe.cjs': MAIN,
  'recorder.cjs': V8_RECORDER,
  'mapping.cjs': V8_MAPPING,
  'boundaries.cjs': V8_BOUNDARIES,
  'watchdog.cjs': V8_WATCHDOG,
};
