import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventOf, type EventType, OperatorError } from '@heddle/core';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptContext } from '../src/entrant.ts';
import { acpEntrant } from '../src/entrants/acp/entrant.ts';
import type { AcpEntry } from '../src/entrants/peer/peer-entry.ts';
import { contextOf, eventsOf, HEDDLE, instanceOf, jobOf } from './entrant-support.ts';

const AGENT = join(import.meta.dirname, 'fixtures/acp-agent.ts');

const entrant = (behaviour: string, more: Partial<AcpEntry> = {}) =>
  acpEntrant('acp:fixture', { command: [process.execPath, AGENT, behaviour], shown: [HEDDLE], ...more });

/** One attempt, with all that is in its journal. */
async function attempt(
  behaviour: string,
  more: Partial<AcpEntry> = {},
  of: Parameters<typeof jobOf>[0] = {},
) {
  const [job, context] = [jobOf(of), contextOf()];
  const end = await entrant(behaviour, more).attempt(job, context);
  const events = eventsOf(context, job.rollout);
  const all = <T extends EventType>(type: T) =>
    events.filter((event): event is EventOf<T> => event.type === type);
  return { job, context, end, events, all };
}

const object = ({ store }: AttemptContext, digest: string) =>
  Buffer.from(store.objects.get(digest)).toString('utf8');

const sandbox = await chooseSandbox('auto').catch(() => null);

function withVariable(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

describe('a program that speaks ACP', () => {
  it('is driven from the task to its patch, and all it shows is journaled', async () => {
    const { end, events, all, context } = await attempt('solve');
    expect(end).toMatchObject({ status: 'unverified', usd: 0.25, steps: 3, infra: null });
    expect(end.patch).toContain('+  for (let i = 0;');
    expect(events.map(({ type }) => type)).toEqual([
      'rollout.started',
      'workspace.prepared',
      'peer.started',
      'peer.said', // plan
      'peer.said', // thought
      'peer.said', // message
      'peer.called',
      'peer.asked', // leave to edit
      'peer.asked', // read
      'peer.asked', // write
      ...events.slice(10, 12).map(({ type }) => type), // the change and the call's end, in either order
      'peer.said',
      'peer.called',
      'peer.asked', // a terminal
      'peer.returned',
      'peer.said', // its mode
      'peer.spent',
      'peer.said',
      'peer.completed',
      'rollout.completed',
    ]);
    expect(all('peer.started')).toMatchObject([
      { protocol: 'acp', name: 'Fixture', version: '1.2.3', session: 'session-1', how: 'new' },
    ]);
    expect(all('peer.said').map(({ step, kind, text }) => [step, kind, text])).toEqual([
      [1, 'plan', '[>] Mend the sum'],
      [1, 'thought', 'The loop starts at 1.'],
      [1, 'message', 'I was asked: sum leaves out the first number.. Key seen: none'],
      [2, 'message', 'Now I test it.'],
      [2, 'notice', 'its mode is careful'],
      [3, 'message', 'It prints 3.'],
    ]);
    expect(all('peer.returned')).toMatchObject([
      {
        ...{
          step: 1,
          call: 'edit',
          outcome: 'ok',
          title: 'Edit sum.js',
          kind: 'edit',
          locations: ['sum.js:3'],
        },
        content:
          'sum.js\n-  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n+  for (let i = 0; i < numbers.length; i++) total += numbers[i];',
      },
      {
        step: 2,
        call: 'run',
        outcome: 'ok',
        kind: 'execute',
        input: { command: 'node --test' },
        content: '3\n',
      },
    ]);
    expect(all('peer.changed')).toMatchObject([{ changed: [{ path: 'sum.js', status: 'modified' }] }]);
    expect(all('peer.spent')).toEqual([
      { type: 'peer.spent', usage: null, usd: 0.25, context: { used: 120, size: 1000 } },
    ]);
    const [completed] = all('peer.completed');
    expect(completed).toMatchObject({ end: 'finished', exitCode: 0 });
    expect(object(context, completed!.errors!)).toContain('1 updates of a kind unknown here: made_up');
  });

  it('sees the variables its entry names, which no journal shows', async () => {
    withVariable('FIXTURE_KEY', 'sk-very-secret-1234');
    withVariable('OTHER_KEY', 'sk-other-secret-1234');
    const { all, events } = await attempt('solve', { env: ['FIXTURE_KEY'] });
    expect(all('peer.said').some(({ text }) => text.endsWith('Key seen: ‹FIXTURE_KEY›'))).toBe(true);
    expect(JSON.stringify(events)).not.toContain('very-secret');
  });

  it('logs in only where its entry says so, in a home of its own that goes with the rollout', async () => {
    const { end, context, job } = await attempt('solve', {
      auth: 'key',
      home: { 'notes/hello.txt': 'model {model}', 'settings.json': { json: { a: 1 } } },
    });
    expect(end.status).toBe('unverified');
    expect(existsSync(join(context.home, 'peers', job.rollout))).toBe(false);
  });

  it('is told the checks that our own agents have run for them', async () => {
    const check = { name: 'test', command: 'node --test', framework: 'plain', timeoutSeconds: 10 };
    const { all } = await attempt('solve', {}, { instance: instanceOf({ checks: [check] }) });
    expect(all('rollout.started')[0]!.task.text).toBe('sum leaves out the first number.');
    const said = all('peer.said').find(({ kind }) => kind === 'message');
    expect(said!.text).toMatch(/^I was asked: - node --test\./);
  });

  it('is refused what is outside of its place, whatever it asks', async () => {
    const { all, end } = await attempt('pries');
    expect(end).toMatchObject({ status: 'unverified', patch: '' });
    expect(all('peer.asked').map(({ about, answer }) => [about, answer])).toEqual([
      ['read', 'refused'],
      ['write', 'refused'],
      ['read', 'refused'],
      ['run', 'refused'],
      ['question', 'refused'],
    ]);
    const said = all('peer.said').map(({ text }) => text);
    expect(said.join('')).toBe(
      'refused -32602\nrefused -32602\nrefused -32002\nrefused -32602\nrefused -32002\nanswered {"action":"decline"}\n',
    );
  });

  it.each([
    ['deny' as const, 'refused', ''],
    [['edit'], 'refused', ''],
    [['execute'], 'allowed', '+  for (let i = 0'],
  ])('with permissions %j an edit is %s', async (permissions, answer, patch) => {
    const { all, end } = await attempt('solve', { permissions });
    expect(all('peer.asked')[0]).toMatchObject({ about: 'permission', answer, call: 'edit' });
    expect(end.patch.includes('let i = 0')).toBe(patch !== '');
  });

  it('keeps what is too long as an object, and as much of it as a person reads in the event', async () => {
    const { all, context } = await attempt('huge');
    const [said] = all('peer.said');
    expect(said!.text.length).toBeLessThan(21_000);
    const whole = all('peer.said').map((event) => object(context, event.whole!));
    expect(whole.join('')).toBe(`${'a'.repeat(3_000_000)}end`);
  });

  it('may print what is no message where only messages belong', async () => {
    const { end, all, context } = await attempt('garbage');
    expect(end.patch).toContain('let i = 0');
    expect(object(context, all('peer.completed')[0]!.errors!)).toContain(
      'Welcome!\n[1,2]\n"text"\n{"half":\n',
    );
  });

  it.skipIf(sandbox === null)(
    `works in a box${sandbox === null ? ' (skipped: no sandbox works here)' : ''}`,
    async () => {
      const { end, all } = await attempt('solve', {}, { sandbox: sandbox! });
      expect(end.patch).toContain('let i = 0');
      expect(all('workspace.prepared')[0]!.sandbox).toBe(sandbox);
      expect(all('peer.returned').map(({ content }) => content)).toContain('3\n');
    },
  );
});

interface Failing {
  readonly behaviour: string;
  readonly entry?: Partial<AcpEntry>;
  readonly limits?: { readonly steps?: number; readonly usd?: number; readonly seconds?: number };
  readonly status: string;
  readonly end: EventOf<'peer.completed'>['end'];
  readonly infra: string | null;
  readonly reason: RegExp;
  /** It had edited before; its work is handed in. */
  readonly edited?: true;
}

const FAILING: readonly Failing[] = [
  {
    behaviour: 'exits-at-once',
    status: 'failed',
    end: 'exited',
    infra: 'environment peer-never-began',
    reason: /exit code 3 .*: cannot find my model$/,
  },
  {
    behaviour: 'refused-key',
    status: 'model-unreachable',
    end: 'exited',
    infra: 'provider unauthorized',
    reason: /401: invalid x-api-key$/,
  },
  {
    behaviour: 'wants-login',
    status: 'model-unreachable',
    end: 'failed',
    infra: 'provider unauthorized',
    reason: /^Authentication required/,
  },
  {
    behaviour: 'solve',
    entry: { auth: 'other' },
    status: 'failed',
    end: 'failed',
    infra: 'environment peer-never-began',
    reason: /Invalid params/,
  },
  {
    behaviour: 'solve',
    entry: { mode: 'none' },
    status: 'failed',
    end: 'failed',
    infra: 'environment peer-never-began',
    reason: /Method not found/,
  },
  {
    behaviour: 'other-version',
    status: 'failed',
    end: 'failed',
    infra: 'environment peer-never-began',
    reason: /version 7 of the protocol/,
  },
  {
    behaviour: 'deaf',
    entry: { silence: 1 },
    status: 'failed',
    end: 'silent',
    infra: null,
    reason: /nothing came from it for 1 s/,
  },
  {
    behaviour: 'fails',
    status: 'model-unreachable',
    end: 'failed',
    infra: 'provider overloaded',
    reason: /529 overloaded/,
  },
  { behaviour: 'refuses', status: 'gave-up', end: 'refused', infra: null, reason: /its model refused/ },
  {
    behaviour: 'leaves',
    status: 'failed',
    end: 'exited',
    infra: null,
    reason: /exit code 9 .*: out of ideas$/,
    edited: true,
  },
  {
    behaviour: 'hangs',
    entry: { silence: 1 },
    status: 'failed',
    end: 'silent',
    infra: null,
    reason: /for 1 s/,
    edited: true,
  },
  {
    behaviour: 'waits',
    limits: { seconds: 3 },
    status: 'limit',
    end: 'limit',
    infra: null,
    reason: /time limit/,
    edited: true,
  },
  {
    behaviour: 'ignores-cancel',
    limits: { seconds: 3 },
    status: 'limit',
    end: 'limit',
    infra: null,
    reason: /time limit/,
    edited: true,
  },
  {
    behaviour: 'spends',
    limits: { usd: 5 },
    status: 'limit',
    end: 'limit',
    infra: null,
    reason: /budget spent \(\$5\.00 of \$5\.00\)/,
    edited: true,
  },
  {
    behaviour: 'talks',
    limits: { steps: 4 },
    status: 'limit',
    end: 'limit',
    infra: null,
    reason: /step limit reached \(4\)/,
  },
];

describe('what can go wrong with a program that speaks ACP', () => {
  it.each(FAILING)(
    '$behaviour $entry $limits: $status',
    async ({ behaviour, entry = {}, limits = {}, status, end: how, infra, reason, edited }) => {
      const { end, all } = await attempt(behaviour, entry, { limits });
      expect(end.status).toBe(status);
      expect(end.reason).toMatch(reason);
      expect(end.infra === null ? null : `${end.infra.class} ${end.infra.code}`).toBe(infra);
      expect(all('peer.completed')).toMatchObject([{ end: how }]);
      expect(end.patch.includes('let i = 0')).toBe(edited === true);
      expect(all('rollout.completed')).toHaveLength(1);
    },
    30_000,
  );

  it('is told before anything is begun: a missing program, with what to install', () => {
    const open = () => acpEntrant('acp:none', { command: ['no-such-agent-anywhere'] }, 'install it: npm i x');
    expect(open).toThrow(OperatorError);
    expect(open).toThrow('there is no program no-such-agent-anywhere here');
  });

  it('is told before anything is begun: a variable that is not set', async () => {
    const [job, context] = [jobOf(), contextOf()];
    const asked = entrant('solve', { env: ['HEDDLE_TEST_NOT_SET'] }).attempt(job, context);
    await expect(asked).rejects.toMatchObject({ code: 'variable-not-set' });
    expect(eventsOf(context, job.rollout)).toEqual([]);
  });
});

describe('the version of an entrant', () => {
  it('is that of its entry and its program, wherever that lies', () => {
    const version = (more: Partial<AcpEntry>, behaviour = 'solve') => entrant(behaviour, more).version;
    expect(version({})).toBe(version({}));
    expect(version({ set: { A: '1' } })).not.toBe(version({}));
    expect(version({}, 'huge')).not.toBe(version({}));
  });
});
