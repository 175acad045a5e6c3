import type { Probe } from '../probe.ts';
import { V8_PROBE } from './probe.ts';

/** Runner's script name -> arguments it gets when the probe is in it. */
const RUNNER_ARGUMENTS = {
  jest: ['--testRunner', '$HEDDLE_PROBE_DIR/probe.cjs'],
  mocha: ['--require', '$HEDDLE_PROBE_DIR/probe.cjs'],
  // Threads are ended from outside, before they can write what they ran.
  vitest: ['--pool=forks'],
};

/** Coverage of JavaScript and TypeScript through V8, by test where the framework shows its tests' boundaries. */
export const V8_COVERAGE: Probe = {
  files: { ...V8_PROBE, 'arguments.json': JSON.stringify(RUNNER_ARGUMENTS) },
  prepare: `
    export NODE_OPTIONS="\${NODE_OPTIONS:+$NODE_OPTIONS }--require=\\"$HEDDLE_PROBE_DIR/probe.cjs\\""
    export CI=1
  `,
};
