import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@heddle/core';
import type { Row } from '../table.ts';
import { eventsOf, makeExperiment, STEPS } from './made-store.ts';

const HEDDLE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface SizeOptions {
  readonly events: number;
  readonly progress?: (line: string) => void;
}

/** Instances of one experiment, each by two agents. */
const INSTANCES = 500;
const EVENTS_OF_ONE = eventsOf(STEPS);
const MB = 2 ** 20;

/**
 * A store with so many events, in rollouts as real ones are (replies of some hundred words, outputs of some kilobytes,
 * objects for long ones), all of them trials of experiments; and how long the commands take that people wait for.
 */
export async function size({ events, progress = () => {} }: SizeOptions): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'heddle-size-'));
  try {
    const store = openStore(join(home, 'journal.db'));
    const rollouts = Math.ceil(events / EVENTS_OF_ONE);
    const trials = INSTANCES * 2;
    const began = performance.now();
    let written = 0;
    for (let experiment = 0; written < rollouts; experiment++) {
      const count = Math.min(trials, rollouts - written);
      makeExperiment(store, {
        number: experiment,
        agents: ['alpha', 'beta'],
        instances: INSTANCES,
        attempts: 1,
        graded: count,
      });
      written += count;
      progress(`${written} of ${rollouts} rollouts, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    store.close();
    const bytes = ['', '-wal']
      .map((end) => statSync(join(home, `journal.db${end}`), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((a, b) => a + b);
    const time = (...args: string[]) => {
      const seconds = [1, 2, 3].map(() => secondsOf(home, args)).sort((a, b) => a - b);
      return `${seconds[1]!.toFixed(2)} s`;
    };
    return [
      { what: 'events', value: (rollouts * EVENTS_OF_ONE).toLocaleString('en-US') },
      { what: 'rollouts, all of them trials', value: rollouts.toLocaleString('en-US') },
      {
        what: 'size on disk',
        value: `${(bytes / MB).toFixed(0)} MB, ${Math.round(bytes / (rollouts * EVENTS_OF_ONE))} bytes an event`,
      },
      { what: 'heddle --version (start-up alone)', value: time('--version') },
      { what: 'heddle compare (1,000 trials), 10 transcripts', value: time('compare', 'size-0') },
      { what: 'heddle compare --flipped 0', value: time('compare', 'size-0', '--flipped', '0') },
      { what: 'heddle experiments EXPERIMENT', value: time('experiments', 'size-0') },
      { what: 'heddle experiments', value: time('experiments') },
      { what: 'heddle list', value: time('list') },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function secondsOf(home: string, args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [HEDDLE, ...args], {
    env: { ...process.env, HEDDLE_HOME: home },
    encoding: 'utf8',
    maxBuffer: 64 * MB,
  });
  if (status !== 0) throw new Error(`heddle ${args.join(' ')} ended with ${status}: ${stderr}`);
  return (performance.now() - began) / 1000;
}
