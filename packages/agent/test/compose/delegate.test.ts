import { OperatorError } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { type AgentState, agent } from '../../src/compose/agent.ts';
import { type Contract, delegate } from '../../src/compose/delegate.ts';
import type { Run } from '../../src/compose/run.ts';
import { agentFrom, sayAgent } from '../../src/compose/spec.ts';
import { repository } from '../support.ts';
import { cast, play } from './cast.ts';

const CONTRACT: Contract = {
  name: 'greeting',
  task: 'Write a greeting.',
  whole: '',
  files: ['greeting.txt'],
  accept: ['grep -q hello greeting.txt', 'true'],
  known: '',
  budget: {},
};

/** Writes a file, and says what came of it. */
async function writes(text: string, state: AgentState, { ground }: Run): Promise<AgentState> {
  const fork = await ground.workspace.fork(state.snapshot);
  try {
    await fork.files.write('greeting.txt', Buffer.from(text));
    const reason = 'I wrote it.\nOthers must know: it is in greeting.txt.\nAnd in English.';
    const work = { status: 'unverified' as const, verified: false, probability: 0.7, reason, rollout: null };
    return { ...state, snapshot: await fork.snapshot(), work };
  } finally {
    await fork.dispose();
  }
}

/** Has one agent ask another; gives what was reported. */
async function reported(work: (state: AgentState, run: Run) => Promise<AgentState>, contract = CONTRACT) {
  const worker = agent({ name: 'worker', source: import.meta.url }, work);
  const asking = agent({ name: 'asking', source: import.meta.url, uses: [worker] }, (state, run) =>
    run.call(delegate(worker), { ...state, value: contract }),
  );
  const { events, ...result } = await play(asking, cast([]), {
    repo: repository({ 'readme.txt': 'Nothing yet.\n' }),
    task: 'Greet.',
    checks: [],
  });
  const end = events.findLast((event) => event.type === 'agent.completed' && event.path === 'asking');
  return { ...result, end: (end as { state: AgentState }).state };
}

describe('delegate', () => {
  it('gives a report of what was done, and which commands show it', async () => {
    const { end, patch } = await reported((state, run) => writes('hello\n', state, run));
    expect(end.value).toEqual({
      outcome: 'done',
      status: 'unverified',
      why: '',
      done: 'I wrote it.',
      known: 'it is in greeting.txt.\nAnd in English.',
      changed: ['greeting.txt'],
      acceptance: [
        {
          command: 'grep -q hello greeting.txt',
          before: 'failed',
          after: 'passed',
          output: '',
        },
        { command: 'true', before: 'passed', after: 'passed', output: '' },
      ],
      rollout: null,
      probability: 0.7,
    });
    expect(patch).toContain('+hello');
    expect(end.task).toBe('Greet.');
  });

  it('goes by the commands, not by what its worker says', async () => {
    const { end } = await reported((state, run) => writes('good day\n', state, run));
    expect(end.value).toMatchObject({ outcome: 'failed', why: '`grep -q hello greeting.txt` does not pass' });
  });

  it('is asked in full', async () => {
    let task = '';
    await reported(
      async (state) => {
        task = state.task;
        return state;
      },
      { ...CONTRACT, whole: 'Greet everybody.', known: 'There is a readme.' },
    );
    expect(task).toMatchInlineSnapshot(`
      "Write a greeting.

      This is one part, "greeting", of a larger task. Others do the other parts, some of them now, in copies of their own; all is merged. Stay within your part: what is not yours may be unfinished and fail.
      <whole-task>
      Greet everybody.
      </whole-task>

      Known already:
      There is a readme.

      Expected to change (advice): greeting.txt

      It is done when these pass, run from the root:
      - \`grep -q hello greeting.txt\`
      - \`true\`

      End your summary with a line "Others must know:" and, below it, names, signatures and decisions that others rely on; nothing there if there is nothing."
    `);
  });

  it('reports a worker that throws, and lets through what is the person’s', async () => {
    const { end } = await reported(async () => {
      throw new Error('no hands');
    });
    expect(end.value).toMatchObject({ outcome: 'failed', status: null, why: 'no hands', acceptance: [] });
    const missing = new OperatorError('no-key', 'there is no key', { hint: 'give one' });
    await expect(
      reported(async () => {
        throw missing;
      }),
    ).rejects.toBe(missing);
  });
});

describe('as data', () => {
  it.each([
    ['pipeline', 'pipeline'],
    ['planner', 'planner'],
    [{ pipeline: { patches: 3, tests: 0 } }, 'located first, then 3 patches'],
    [
      { planner: { rounds: 2, worker: { bestOf: { attempts: 2 } } } },
      'a plan, its parts by best of 2 of solo',
    ],
  ])('%j is an agent', (spec, said) => {
    expect(agentFrom({ agent: spec, agents: {} }).op.version.name).toMatch(/^(pipeline|planner)$/);
    expect(sayAgent(spec)).toBe(said);
  });
});
