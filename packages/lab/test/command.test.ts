import { type EventOf, type EventType, OperatorError } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandEntrant } from '../src/entrants/command/entrant.ts';
import { readReport } from '../src/entrants/command/report.ts';
import type { CommandEntry } from '../src/entrants/peer/peer-entry.ts';
import { contextOf, eventsOf, jobOf } from './entrant-support.ts';

async function attempt(entry: CommandEntry, of: Parameters<typeof jobOf>[0] = {}) {
  const [job, context] = [jobOf(of), contextOf()];
  const end = await commandEntrant('command:fixture', entry).attempt(job, context);
  const events = eventsOf(context, job.rollout);
  const all = <T extends EventType>(type: T) =>
    events.filter((event): event is EventOf<T> => event.type === type);
  return { job, context, end, all };
}

const FIX = "sed -i 's/i = 1/i = 0/' sum.js";

describe('a command line', () => {
  it('is run once; its output is journaled, its patch is what it leaves in the files', async () => {
    const { end, all } = await attempt({ command: `echo looking; ${FIX}; echo done >&2` });
    expect(end).toMatchObject({ status: 'unverified', steps: 1, infra: null });
    expect(end.patch).toContain('+  for (let i = 0;');
    expect(all('peer.said').map(({ kind, text }) => [kind, text])).toEqual([['output', 'looking\ndone\n']]);
    expect(all('peer.returned')).toMatchObject([
      { outcome: 'ok', kind: 'execute', content: '[exit code 0]' },
    ]);
    expect(all('peer.completed')).toMatchObject([{ end: 'finished', exitCode: 0 }]);
  });

  it('has its placeholders filled as words of the shell, whatever is in them', async () => {
    const task = `it's "$HOME" \`id\` and\nmore; rm -rf /`;
    const { all } = await attempt(
      {
        command: 'printf "%s|" {task} {model} {model_name} {seed}; cat {task_file}; cd {repo} && ls',
        model: 'lab/m 1',
      },
      { task, seed: 7 },
    );
    expect(all('peer.said')[0]!.text).toBe(`${task}|lab/m 1|m 1|7|${task}package.json\nsum.js\n`);
  });

  it('may be a program and its arguments', async () => {
    const { all } = await attempt({ command: ['printf', '%s', '{task}'] }, { task: 'two words; $HOME' });
    expect(all('peer.said')[0]!.text).toBe('two words; $HOME');
  });

  it('says what it spent in a file, or in what it prints last', async () => {
    const output_json = {
      usd: 'cost',
      inputTokens: 'turns.*.in',
      outputTokens: 'turns.out',
      summary: 'said',
    };
    const report = JSON.stringify({
      cost: 0.5,
      turns: [
        { in: 10, out: 1 },
        { in: 20, out: 2 },
      ],
      said: 'All\ngood',
    });
    for (const command of [`echo '${report}' > {output}`, `echo working; echo '${report}'`]) {
      const { end } = await attempt({ command, output_json });
      expect(end).toMatchObject({
        ...{ usd: 0.5, reason: 'All good' },
        usage: { inputTokens: 30, outputTokens: 3 },
      });
    }
  });

  const LINK = 'ln -s /etc/passwd {output}';
  it.each([
    ['fails', { command: `${FIX}; echo no idea; exit 4` }, {}, 'failed', null, /exit code 4: no idea/],
    [
      'is not there',
      { command: 'no-such-program-here {task}' },
      {},
      'failed',
      'peer-never-began',
      /exit code 127/,
    ],
    [
      'has no network',
      { command: 'echo connect ECONNREFUSED; exit 1' },
      {},
      'model-unreachable',
      'unreachable',
      /ECONNREFUSED/,
    ],
    ['takes too long', { command: `${FIX}; sleep 600` }, { seconds: 2 }, 'limit', null, /time limit/],
    ['hangs', { command: `${FIX}; sleep 600`, silence: 1 }, {}, 'failed', null, /nothing came from it/],
    [
      'leaves a link for a report',
      { command: LINK, output_json: { usd: 'a' } },
      {},
      'unverified',
      null,
      /succeeded/,
    ],
  ])(
    'that %s',
    async (_, entry, limits, status, code, reason) => {
      const { end } = await attempt(entry, { limits });
      expect(end).toMatchObject({ status, infra: code === null ? null : { code } });
      expect(end.reason).toMatch(reason);
      expect(end.patch.includes('let i = 0')).toBe(entry.command.startsWith(FIX));
    },
    30_000,
  );

  it('is refused at once where its program is missing', () => {
    expect(() => commandEntrant('command:x', { command: ['no-such-program-here'] })).toThrow(OperatorError);
  });

  it('can print anything: what it says of itself is read or passed over', () => {
    const paths = { usd: 'a.b', inputTokens: '*.n', summary: 'a' };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { spent } = readReport({ command: 'x', output_json: paths }, text, '');
        expect(spent === null || Number.isFinite(spent.usd)).toBe(true);
      }),
    );
  });
});
