import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scriptedModel } from '@heddle/models';
import { expect, it } from 'vitest';
import { printedLately } from '../src/live-output.ts';
import { solve } from '../src/solve.ts';
import { FINISH } from './steps.ts';
import { BUGGY, HOST, repository, runtime, temporaryFolder } from './support.ts';

it('shows what a running command has printed, secrets masked, until it ends', async () => {
  const started = Promise.withResolvers<string>();
  const run = runtime({
    guard: { secrets: [{ name: 'TOKEN', value: 'swordfish-4711' }] },
    observer: {
      event: ({ rollout, event }) => {
        if (event.type === 'action.started') started.resolve(rollout);
      },
    },
  });
  const gate = join(temporaryFolder(), 'gate');
  const command = `echo $TOKEN one; until [ -e '${gate}' ]; do sleep 0.05; done; echo two`;
  const model = scriptedModel([
    { calls: [{ tool: 'bash', input: { command } }] },
    { calls: [FINISH] },
    { calls: [FINISH] },
  ]);
  const repo = repository(BUGGY);
  const ended = solve({ task: 'wait', repo, model, checks: [], ...HOST }, run);
  const rollout = await started.promise;
  let printed = printedLately(run.home, rollout);
  for (; printed === null; printed = printedLately(run.home, rollout)) await pause(20);
  expect(printed.text).toContain('one');
  expect(printed.text).not.toContain('swordfish');
  const file = join(run.home, 'live', `${rollout}.json`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(gate, '');
  await ended;
  expect(existsSync(file)).toBe(false);
});
