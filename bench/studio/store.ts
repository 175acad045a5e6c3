import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newRolloutId, openStore } from '@heddle/core';
import { eventsOf, makeExperiment, makeRollout, STEPS } from '../eval/made-store.ts';

/** What is looked at. */
export interface StudioStore {
  readonly events: number;
  /** Instances x agents x attempts. */
  readonly experiment: string;
  /** One rollout with very many events. */
  readonly long: { readonly rollout: string; readonly events: number };
}

export interface StoreSize {
  readonly events: number;
  readonly instances: number;
  readonly agents: number;
  readonly attempts: number;
  readonly longEvents: number;
}

const NAMES = ['alpha', 'beta', 'gamma', 'delta'];
/** Written when the store is whole. */
const NOTE = 'studio-store.json';

/** A store of that size in a folder, made once: minutes for a million events. */
export function studioStore(home: string, size: StoreSize, progress: (line: string) => void): StudioStore {
  const note = join(home, NOTE);
  if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8')) as StudioStore;
  mkdirSync(home, { recursive: true });
  const store = openStore(join(home, 'journal.db'));
  const made = { agents: NAMES.slice(0, size.agents), instances: size.instances, attempts: size.attempts };
  const trials = made.agents.length * made.instances * made.attempts;
  // Others first: what is looked at is the newest.
  const others = Math.max(0, Math.floor(size.events / eventsOf(STEPS)) - trials);
  let written = 0;
  for (let number = 1; written < others; number++) {
    const graded = Math.min(1000, others - written);
    makeExperiment(store, { number, agents: NAMES.slice(0, 2), instances: 500, attempts: 1, graded });
    written += graded;
    progress(`${written} of ${others} other rollouts`);
  }
  const steps = Math.floor((size.longEvents - eventsOf(0)) / (eventsOf(1) - eventsOf(0)));
  const long = { rollout: newRolloutId(), events: eventsOf(steps) };
  makeRollout(store, long.rollout, { seed: 1_000_003, steps });
  progress(`making the experiment of ${trials} trials`);
  const experiment = makeExperiment(store, { ...made, number: 0 });
  store.close();
  const done: StudioStore = { events: (others + trials) * eventsOf(STEPS) + long.events, experiment, long };
  writeFileSync(note, JSON.stringify(done));
  return done;
}
