import { OperatorError, type RolloutEvent } from '@heddle/core';
import { expect, it } from 'vitest';
import { serveStudio } from '../../src/server/serve.ts';
import { journal, store, temporaryFolder } from '../support.ts';

const STARTED: RolloutEvent = {
  type: 'rollout.started',
  task: { text: 'x', repo: '/nowhere', commit: null },
  agent: { name: 'solo', version: '3' },
  config: {
    ...{ model: 'm', seed: 0, limits: { steps: 9, usd: 1, tokens: 1e6, seconds: 60 }, checks: [] },
    ...{ checksFrom: 'none', sandbox: 'none', network: false, tools: [] },
  },
  heddle: '0.1.0',
};

it('a journal that is damaged half-way makes no file that looks whole', async () => {
  const opened = store();
  const note = (text: string): RolloutEvent => ({
    type: 'note.added',
    about: 'instruction',
    from: 'user',
    text,
  });
  journal(opened, '1rwdamaged00', [STARTED, ...Array.from({ length: 3000 }, (_, at) => note(`note ${at}`))]);
  const read = opened.read.bind(opened);
  let seen = 0;
  let damagedAt = Number.POSITIVE_INFINITY;
  opened.read = function* (...args) {
    for (const recorded of read(...args)) {
      if (recorded.position === 2900 && ++seen >= damagedAt)
        throw new OperatorError('journal-damaged', 'event 2900 cannot be read');
      yield recorded;
    }
  };
  const studio = await serveStudio({
    store: opened,
    home: temporaryFolder(),
    place: 'x',
    config: {},
    port: 0,
  });
  const outcome = async (format: string) => {
    const response = await fetch(`${studio.url}api/rollouts/1rwdamaged00/export/${format}`);
    if (!response.ok) return `${response.status}`;
    return response.text().then(
      () => 'a whole file',
      () => 'broken off',
    );
  };
  expect(await outcome('heddle')).toBe('a whole file');
  // This form reads a journal more than once, and writes it when it does so for the last time.
  damagedAt = seen;
  seen = 0;
  expect(await outcome('heddle')).toBe('broken off');
  damagedAt = 0;
  for (const format of ['otlp', 'atif', 'inspect'])
    expect([format, await outcome(format)]).toEqual([format, '400']);
  await studio.close();
});
