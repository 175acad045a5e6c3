import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Recorded, readJournal } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/replay.ts';
import { resume } from '../../src/resume.ts';
import { solve } from '../../src/solve.ts';
import { BUGGY, HOST, repository, runtime, temporaryFolder } from '../support.ts';
import { killed } from './script.ts';

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url));

async function dyingAt(moment: string) {
  const home = temporaryFolder();
  const repo = repository(BUGGY);
  const child = spawn(process.execPath, [CHILD, home, repo, moment], { stdio: 'inherit' });
  const [, signal] = await once(child, 'close');
  expect(signal, moment).toBe('SIGKILL');
  const store = openStore(join(home, 'journal.db'));
  const [row] = store.rollouts();
  return { home, repo, store, rollout: row!.rollout, survived: readJournal(store, row!.rollout) };
}

const types = (events: readonly Recorded[]) => events.map(({ event }) => event.type);

describe('a rollout with two models, killed and resumed', () => {
  it('ends the same wherever it is killed while the two are compared; what is in the journal is asked no more', {
    timeout: 240_000,
  }, async () => {
    const calm = runtime();
    const { model, asked: _, ...others } = killed();
    const options = { task: 'Mend sum().', repo: repository(BUGGY), model, ...HOST };
    const whole = await solve(options, { ...calm, ...others });
    const first = calm.seen.findIndex(({ event }) => event.type === 'model.requested' && event.step === 2);
    const compared = types(calm.seen).indexOf('edit.compared');
    expect(types(calm.seen).slice(first, compared + 2)).toEqual([
      'model.requested',
      'model.consulted',
      'model.consulted',
      'model.consulted',
      'edit.compared',
      'model.completed',
    ]);
    // After each event of the step up to the reply's; and in the middle, where nothing is written.
    const moments = [
      ...calm.seen.slice(first, compared + 2).map((_, index) => `after ${first + index + 1}`),
      'comparing',
    ];
    for (const moment of moments) {
      const { home, store, rollout, survived } = await dyingAt(moment);
      const { model, asked, ...others } = killed();
      const result = await resume({ rollout, model }, { store, home, ...others });
      expect(result, moment).toMatchObject({ status: 'solved', verified: true, patch: whole.patch });
      const events = readJournal(store, rollout);
      expect(events.slice(0, survived.length), moment).toEqual(survived);
      const replied = survived.some(({ event }) => event.type === 'model.completed' && event.step === 2);
      expect(asked, moment).toEqual([...(replied ? [] : ['own 1', 'rival 1']), 'own 2', 'own 3']);
      const edits = events.filter(
        ({ event }) => event.type === 'action.completed' && event.changed.length > 0,
      );
      expect(edits, moment).toHaveLength(1);
      expect(result.compared, moment).toEqual(whole.compared);
      for (const execute of [true, false])
        expect(await replay({ rollout, execute }, { store, home }), moment).toMatchObject({
          identical: true,
        });
      store.close();
    }
  });
});
