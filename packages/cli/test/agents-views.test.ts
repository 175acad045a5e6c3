import { AgentTree } from '@heddle/agent';
import { eventSchema } from '@heddle/core';
import { describe, expect, test } from 'vitest';
import { agentsBlock } from '../src/render/agents/agents-block.ts';
import { agentsReport } from '../src/render/agents/agents-report.ts';
import { agentsTreeText } from '../src/render/agents/agents-tree-text.ts';
import { crosscheckText } from '../src/render/agents/crosscheck-text.ts';
import { endText } from '../src/render/agents/end-text.ts';
import { LiveView } from '../src/render/live-view.ts';
import { palette } from '../src/render/palette.ts';
import { RunNarrator } from '../src/render/run-narrator.ts';
import { columnsOf } from '../src/render/text.ts';
import { plainView } from '../src/render/view.ts';
import { terminalOf } from '../src/terminal.ts';
import { FakeTerminal, sink } from './fake-terminal.ts';
import { recordedAttempts, type Told } from './recorded-attempts.ts';

const BLACK = palette(false);

/** Objects by their number. */
function objects() {
  const kept: Buffer[] = [];
  return {
    put: (text: string) => String(kept.push(Buffer.from(text)) - 1),
    putAll() {},
    get: (digest: string) => kept[Number(digest)]!,
    has: (digest: string) => Number(digest) < kept.length,
  };
}

function treeOf(told: readonly Told[]): AgentTree {
  const tree = new AgentTree();
  for (const { recorded, child } of told) child ? tree.child(recorded) : tree.event(recorded);
  return tree;
}

/** Up to the n-th event of a type. */
function until(told: readonly Told[], type: string, count = 1): Told[] {
  let left = count;
  const end = told.findIndex(({ recorded }) => recorded.event.type === type && --left === 0);
  return told.slice(0, end + 1);
}

function block(told: readonly Told[], columns = 80, rows = 20): string {
  const look = { columns, rows, palette: BLACK, spinner: '⠋', now: told.at(-1)!.recorded.at };
  return agentsBlock(treeOf(told), look).join('\n');
}

describe('the lines of attempts', () => {
  const told = recordedAttempts();

  test('one explores while the others wait', () => {
    expect(block(until(told, 'action.started', 2))).toMatchInlineSnapshot(`
      " #1  ⠋ exploring  step 2  edit view src/totals.js        2 failing  0:08  $0.008
       #2  ○ waiting
       #3  ○ waiting
       #4  ○ waiting
       #5  ○ waiting"
    `);
  });

  test('forked, working, handed in', () => {
    expect(block(until(told, 'rollout.returned', 2))).toMatchInlineSnapshot(`
      " #1  ✓ handed in 92 %  step 3  verified              2 → 0 failing  0:42   $0.02
       #2  ⠋ working         step 4  checking test         2 → 1 failing  0:34  $0.008
       #3  ✓ handed in 80 %  step 3  verified              2 → 0 failing  0:30   $0.02
       #4  ⠋ working         step 3  waiting to ask agai…  2 → 3 failing  0:28  $0.004
       #5  ⠋ forked at 2     step 2  preparing a copy          2 failing  0:25"
    `);
  });

  test('the crosscheck', () => {
    expect(block(until(told, 'evidence.measured', 9))).toMatchInlineSnapshot(`
      " #1  ✓ handed in 92 %  step 3  verified               2 → 0 failing  0:42  $0.02
       #2  ? handed in 40 %  step 4  not verified           2 → 1 failing  0:36  $0.02
       #3  ✓ handed in 80 %  step 3  same change as #1      2 → 0 failing  0:30  $0.02
       #4  ■ stopped         step 3  it was not needed an…  2 → 3 failing  0:36  $0.02
       #5  ✗ gave up         step 2  it changed nothing: …      2 failing  0:30  $0.02
       crosscheck  ━━━━━━━━━━━━────  9 of 12  reproduction of #1 on #2"
    `);
    expect(block(until(told, 'candidate.chosen'))).toMatchInlineSnapshot(`
      " #1  ✓ handed in 92 %  step 3  verified               2 → 0 failing  0:42  $0.02
       #2  ? handed in 40 %  step 4  not verified           2 → 1 failing  0:36  $0.02
       #3  ✓ handed in 80 %  step 3  same change as #1      2 → 0 failing  0:30  $0.02
       #4  ■ stopped         step 3  it was not needed an…  2 → 3 failing  0:36  $0.02
       #5  ✗ gave up         step 2  it changed nothing: …      2 failing  0:30  $0.02
       crosscheck  #1, 91 %"
    `);
  });

  test('120 columns', () => {
    expect(block(until(told, 'rollout.returned', 1), 120)).toMatchInlineSnapshot(`
      " #1  ✓ handed in 92 %  seed 7   step 3  verified                                             2 → 0 failing  0:42   $0.02
       #2  ⠋ forked at 2     seed 8   step 3  bash grep -rn totals src                                 2 failing  0:26  $0.004
       #3  ⠋ working         seed 9   step 3  checking test                                        2 → 0 failing  0:23  $0.004
       #4  ⠋ working         seed 10  step 3  waiting to ask again: acme answers 429               2 → 3 failing  0:20  $0.004
       #5  ⠋ forked at 2     seed 11  step 2  preparing a copy                                         2 failing  0:17"
    `);
  });

  test('40 columns', () => {
    expect(block(until(told, 'rollout.returned', 2), 40)).toMatchInlineSnapshot(`
      " #1  ✓ handed in 92 %  verified
       #2  ⠋ working         checking test
       #3  ✓ handed in 80 %  verified
       #4  ⠋ working         waiting to ask a…
       #5  ⠋ forked at 2     preparing a copy"
    `);
  });

  test('more of them than lines: the ended give way, and are counted', () => {
    expect(block(until(told, 'rollout.returned', 2), 80, 4)).toMatchInlineSnapshot(`
      " #2  ⠋ working      step 4  checking test            2 → 1 failing  0:34  $0.008
       #4  ⠋ working      step 3  waiting to ask again: …  2 → 3 failing  0:28  $0.004
       #5  ⠋ forked at 2  step 2  preparing a copy             2 failing  0:25
          … 2 more: 2 handed in"
    `);
  });

  test.each([20, 40, 57, 80, 120])('never wider than %i columns nor higher than its lines', (columns) => {
    for (let end = 1; end <= told.length; end++)
      for (const rows of [1, 3, 20]) {
        const lines = block(told.slice(0, end), columns, rows).split('\n');
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
        expect(lines.length).toBeLessThanOrEqual(Math.max(rows, 2));
      }
  });
});

describe('views', () => {
  test('no terminal: lines that begin with the attempt, and no control sequence', () => {
    const { stream, text } = sink();
    const view = plainView(stream, new RunNarrator(() => terminalOf(stream)));
    for (const { recorded, child } of recordedAttempts())
      child ? view.child!(recorded) : view.event!(recorded);
    expect(text()).not.toMatch(/[\u001b\r]/);
    expect(text()).toMatchInlineSnapshot(`
      "heddle 1t6x9b2k3a  acme/large-1  bubblewrap
        Totals leave out the first row
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row
      #1  ⑂ others go on from its step 2
      #4  ! acme answers 429; asking again in 3.0 s
      #1  step 3  The loop starts a…  edit replace src/…  ✗ 2 failing → ✓ all 34 pass
      #1  ✓ handed in 92 %, verified  4 steps, 21 s, $0.02
      #3  step 3  The loop starts a…  edit replace src/…  ✗ 2 failing → ✓ all 34 pass
      #3  ✓ handed in 80 %, verified  4 steps, 23 s, $0.02
      #2  step 4  The loop starts at…  edit replace src/t…  ✗ 2 failing → ✗ 1 failing
      #2  ? handed in 40 %, not verified  4 steps, 22 s, $0.02
      #5  ✗ gave up, I see nothing wrong.  4 steps, 25 s, $0.02
      #4  step 3  The loop starts at…  edit replace src/t…  ✗ 2 failing → ✗ 3 failing
      #4  ■ stopped, it was not needed any more  4 steps, 24 s, $0.02
        crosscheck  tests of #4 counts for nothing: it is not the same twice
        crosscheck  #1 against #2: #1 is better, says acme/large-1
        crosscheck  #1 is chosen (91 %)
        test  ✓ all 34 pass  2.3 s
      "
    `);
  });

  test('a terminal: finished lines above, the attempts below, nothing of them at the end', async () => {
    const terminal = new FakeTerminal(80);
    let now = 0;
    const narrator = new RunNarrator(() => terminalOf(terminal, { TERM: 'xterm' }));
    const view = new LiveView(terminal, { narrator, stoppingText: 'stopping', now: () => now });
    const told = recordedAttempts();
    const cut = until(told, 'evidence.measured', 9).length;
    const tell = ({ recorded, child }: Told) => {
      now = recorded.at;
      child ? view.child(recorded) : view.event(recorded);
    };
    told.slice(0, cut).forEach(tell);
    expect(await terminal.text()).toMatchInlineSnapshot(`
      "heddle 1t6x9b2k3a  acme/large-1  bubblewrap
        Totals leave out the first row
        test  ✗ 2 failing  2.3 s
          ✗ totals > first row
          ✗ totals > one row
      #1  ⑂ others go on from its step 2
      #4  ! acme answers 429; asking again in 3.0 s
      #1  step 3  The loop starts a…  edit replace src/…  ✗ 2 failing → ✓ all 34 pass
      #1  ✓ handed in 92 %, verified  4 steps, 21 s, $0.02
      #3  step 3  The loop starts a…  edit replace src/…  ✗ 2 failing → ✓ all 34 pass
      #3  ✓ handed in 80 %, verified  4 steps, 23 s, $0.02
      #2  step 4  The loop starts at…  edit replace src/t…  ✗ 2 failing → ✗ 1 failing
      #2  ? handed in 40 %, not verified  4 steps, 22 s, $0.02
      #5  ✗ gave up, I see nothing wrong.  4 steps, 25 s, $0.02
      #4  step 3  The loop starts at…  edit replace src/t…  ✗ 2 failing → ✗ 3 failing
      #4  ■ stopped, it was not needed any more  4 steps, 24 s, $0.02

       ⠇ 5 attempts  Totals leave out the first row                  1 min 21 s  $0.03
       #1  ✓ handed in 92 %  step 3  verified               2 → 0 failing  0:42  $0.02
       #2  ? handed in 40 %  step 4  not verified           2 → 1 failing  0:36  $0.02
       #3  ✓ handed in 80 %  step 3  same change as #1      2 → 0 failing  0:30  $0.02
       #4  ■ stopped         step 3  it was not needed an…  2 → 3 failing  0:36  $0.02
       #5  ✗ gave up         step 2  it changed nothing: …      2 failing  0:30  $0.02
       crosscheck  ━━━━━━━━━━━━────  9 of 12  reproduction of #1 on #2"
    `);
    told.slice(cut).forEach(tell);
    view.end();
    expect((await terminal.text()).split('\n').slice(-3).join('\n')).toMatchInlineSnapshot(`
      "  crosscheck  #1 against #2: #1 is better, says acme/large-1
        crosscheck  #1 is chosen (91 %)
        test  ✓ all 34 pass  2.3 s"
    `);
  });

  test('a terminal that becomes narrower: nothing is left of what was wider', async () => {
    const terminal = new FakeTerminal(80);
    const narrator = new RunNarrator(() => terminalOf(terminal, { TERM: 'xterm' }));
    const told = until(recordedAttempts(), 'rollout.returned', 2);
    const now = () => told.at(-1)!.recorded.at;
    const view = new LiveView(terminal, { narrator, stoppingText: 'stopping', now });
    for (const { recorded, child } of told) child ? view.child(recorded) : view.event(recorded);
    await terminal.resize(44);
    view.draw();
    const text = await terminal.text();
    expect(text.match(/5 attempts/g)).toHaveLength(1);
    expect(text.slice(text.indexOf('5 attempts'))).toMatchInlineSnapshot(`
      "5 attempts  Totals leave ou…  57 s  $0.03
       #1  ✓ handed in 92 %  verified
       #2  ⠇ working         checking test
       #3  ✓ handed in 80 %  verified
       #4  ⠇ working         waiting to ask again…
       #5  ⠇ forked at 2     preparing a copy"
    `);
    view.end();
    expect(await terminal.text()).not.toContain('5 attempts');
  });

  test('a rollout that goes on is told from where it was', () => {
    const told = recordedAttempts();
    const past = until(told, 'rollout.returned');
    const narrator = new RunNarrator(() => ({ columns: 80, palette: BLACK }), {
      events: past.flatMap(({ recorded, child }) => (child ? [] : [recorded])),
      children: past.flatMap(({ recorded, child }) => (child ? [recorded] : [])),
    });
    expect(narrator.agents.rows().map(({ label, phase }) => `${label} ${phase}`)).toEqual([
      '#1 ended',
      '#2 working',
      '#3 working',
      '#4 working',
      '#5 working',
    ]);
  });
});

describe('at the end', () => {
  const kept = objects();
  const tree = treeOf(recordedAttempts(kept));
  const look = (columns: number) => ({ columns, palette: BLACK, objects: kept });

  test('the report', () => {
    expect(agentsReport(tree, look(80))).toMatchInlineSnapshot(`
      "        same  change  checks         tests   agrees  stated  tokens  time   cost
        ▸ #1  #3    +1 −1   2 → 0 failing  2 of 2  #2        92 %    5.1k  21 s  $0.02
          #2        +1 −1   2 failing      2 of 2  #1        40 %    5.1k  22 s  $0.02
          #4        +1 −1   2 failing      0 of 2                    5.1k  24 s  $0.02
          #5  out: it changed nothing: I see nothing wrong.

        beside the rollouts: 1 question to models, 1.0k tokens, $0.005
        late fork saved 10,240 tokens (29 %)"
    `);
    expect(agentsReport(tree, look(40))).toMatchInlineSnapshot(`
      "        change  checks         tests
        ▸ #1  +1 −1   2 → 0 failing  2 of 2
          #2  +1 −1   2 failing      2 of 2
          #4  +1 −1   2 failing      0 of 2
          #5  out: it changed nothing: I see …

        beside the rollouts: 1 question to models, 1.0k tokens, $0.005
        late fork saved 10,240 tokens (29 %)"
    `);
  });

  test('the tree', () => {
    expect(agentsTreeText(tree, look(80))).toMatchInlineSnapshot(`
      "  #1  ✓ handed in 92 %                          4 steps  21 s  $0.02  1t6xchild1
        #2  ? handed in 40 %  not verified, from #1…  4 steps  22 s  $0.02  1t6xchild2
        #3  ✓ handed in 80 %  from #1 step 2          4 steps  23 s  $0.02  1t6xchild3
        #4  ■ stopped  it was not needed any more, …  4 steps  24 s  $0.02  1t6xchild4
        #5  ✗ gave up  I see nothing wrong., from #…  4 steps  25 s  $0.02  1t6xchild5"
    `);
    expect(agentsTreeText(tree, look(50))).toMatchInlineSnapshot(`
      "  #1  ✓ handed …  4 steps  21 s  $0.02  1t6xchild1
        #2  ? handed …  4 steps  22 s  $0.02  1t6xchild2
        #3  ✓ handed …  4 steps  23 s  $0.02  1t6xchild3
        #4  ■ stopped   4 steps  24 s  $0.02  1t6xchild4
        #5  ✗ gave up   4 steps  25 s  $0.02  1t6xchild5"
    `);
  });

  test('the crosscheck', () => {
    expect(crosscheckText('bestOf', tree, look(80))).toMatchInlineSnapshot(`
      "crosscheck of bestOf: 5 attempts, 3 different changes

            same  change  checks         tests   agrees  stated  tokens  time   cost
      ▸ #1  #3    +1 −1   2 → 0 failing  2 of 2  #2        92 %    5.1k  21 s  $0.02
        #2        +1 −1   2 failing      2 of 2  #1        40 %    5.1k  22 s  $0.02
        #4        +1 −1   2 failing      0 of 2                    5.1k  24 s  $0.02
        #5  out: it changed nothing: I see nothing wrong.

                                                          base  #1  #2  #4
      checks
        test                                                 ✗   ✓   ✗   ✗
      checks with the repository's own tests put back
        test, with the tests as they were                    ✗   ·   ✗   ·
      reproductions
        reproduction of #1                                   ✗   ✓   ✓   ✗
      tests that attempts wrote
        test/a-rather-long-name-…-all-rows.test.js of #2     ✗   ✓   ✓   ∅
      behaviour on generated inputs
        total(rows)                                          a   b   b   c
      set aside
        tests of #4                                          ✗   ~   ·   ·
          it is not the same twice

      ~ not the same twice   ∅ could not run, or hung   same letter, same behaviour

      #1, #2 behave the same

      asked which is better
        #1 against #2  #1  acme/large-1
          #2 leaves a test failing.

      #1 is chosen; it is right with a probability of 91 %.
        #1 passes every check and mends 2 tests.
        40 % of the attempts came to it.
      "
    `);
  });

  test.each([30, 40, 60, 120])('the matrix fits %i columns', (columns) => {
    const lines = crosscheckText('bestOf', tree, look(columns)).split('\n');
    const matrix = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('asked')),
    );
    expect(Math.max(...matrix.map(columnsOf))).toBeLessThanOrEqual(columns);
  });
});

describe('other compositions', () => {
  const agent = (name: string) => ({ name, version: '0' });
  const state = { task: 'Add a --json option', snapshot: 's0', work: null, value: null };
  const begin = (path: string, name = 'solo') =>
    ({ type: 'agent.started', path, agent: agent(name), state }) as const;
  const delegate = (path: string) =>
    ({
      type: 'rollout.delegated',
      path: `${path}/rollout`,
      rollout: path,
      agent: agent('solo'),
      model: 'm',
      seed: 0,
    }) as const;
  const rowsOf = (...events: Parameters<typeof eventSchema.parse>[0][]) => {
    const tree = new AgentTree();
    events.forEach((event, position) => {
      tree.event({ rollout: 'r', position, at: position, event: eventSchema.parse(event) });
    });
    return tree.rows().map(({ depth, label, phase }) => `${'  '.repeat(depth)}${label} ${phase}`);
  };

  test('parts by name, what is nested indented, what only passes on left out', () => {
    expect(
      rowsOf(
        begin('withBudget', 'withBudget'),
        begin('withBudget/sequence', 'sequence'),
        begin('withBudget/sequence/locate'),
        delegate('withBudget/sequence/locate'),
        begin('withBudget/sequence/bestOf', 'bestOf'),
        begin('withBudget/sequence/bestOf/2'),
        begin('withBudget/sequence/bestOf/1'),
        delegate('withBudget/sequence/bestOf/1'),
        begin('withBudget/sequence/locate#2'),
      ),
    ).toEqual(['locate working', 'bestOf working', '  #1 working', '  #2 working', 'locate 2 working']);
  });

  test('the parts of a plan, those that wait with what they wait for', () => {
    const parts = [
      { name: 'api', task: 'The function', accept: [], after: [] },
      { name: 'docs', task: 'The page', accept: [], after: ['api'] },
    ];
    const events = [
      begin('planner', 'planner'),
      { type: 'plan.made', path: 'planner', round: 1, parts, why: '' },
      begin('planner/api'),
      delegate('planner/api'),
    ] as const;
    expect(rowsOf(...events)).toEqual(['api working', 'docs waiting']);
    const narrator = new RunNarrator(() => ({ columns: 60, palette: BLACK }));
    const lines = events.flatMap((event, position) =>
      narrator.event({ rollout: 'r', position, at: 0, event: eventSchema.parse(event) }),
    );
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "  plan
          api  The function
          docs  The page  after api"
    `);
    const look = { columns: 60, rows: 9, palette: BLACK, spinner: '⠋', now: 0 };
    expect(agentsBlock(narrator.agents, look).join('\n')).toMatchInlineSnapshot(`
      " api   ⠋ working
       docs  ○ waiting  for api"
    `);
  });

  test('a plan that was handed in is no work that could be verified', () => {
    const work = {
      status: 'unverified',
      verified: false,
      probability: 1,
      reason: '',
      rollout: null,
    } as const;
    const end = (agent: string, status: typeof work.status | 'gave-up' = work.status) =>
      endText({ phase: 'ended', why: '', agent, work: { ...work, status } })!;
    expect(end('planning')).toMatchObject({ sign: '✓', state: 'planned', why: '' });
    expect(end('planning', 'gave-up')).toMatchObject({ sign: '✗', state: 'gave up' });
    expect(end('solo')).toMatchObject({ sign: '?', state: 'handed in 100 %', why: 'not verified' });
  });

  test('a part of an earlier plan and one of the same name that waits', () => {
    const part = (name: string) => ({ name, task: name, accept: [], after: [] });
    const plan = (round: number, ...names: string[]) =>
      ({ type: 'plan.made', path: 'planner', round, parts: names.map(part), why: '' }) as const;
    const first = [begin('planner', 'planner'), plan(1, 'api', 'docs'), begin('planner/api')] as const;
    expect(rowsOf(...first, plan(2, 'api', 'docs'))).toEqual([
      'api working',
      'api 2 waiting',
      'docs waiting',
    ]);
    const second = [plan(2, 'api', 'docs'), begin('planner/api#2'), begin('planner/docs')] as const;
    expect(rowsOf(...first, ...second)).toEqual(['api working', 'api 2 working', 'docs working']);
  });
});
