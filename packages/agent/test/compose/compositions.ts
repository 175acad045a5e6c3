import { type Model, ModelError, type Script, scriptedModel } from '@heddle/models';
import * as z from 'zod/mini';
import { type AnyAgent, agent } from '../../src/compose/agent.ts';
import { bestOf } from '../../src/compose/best-of.ts';
import { fallback } from '../../src/compose/fallback.ts';
import { parallel } from '../../src/compose/parallel.ts';
import { pipeline } from '../../src/compose/pipeline/pipeline.ts';
import { planner } from '../../src/compose/planner/planner.ts';
import { race } from '../../src/compose/race.ts';
import { retryUntil } from '../../src/compose/retry-until.ts';
import { route } from '../../src/compose/route.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withBudget, withModel } from '../../src/compose/with-settings.ts';
import { checksPass } from '../../src/select/checks-pass.ts';
import { bash, FINISH, FIX } from '../steps.ts';

/** Agents and their models, free of the test runner, so that processes that are killed can use them too. */

const HANDS_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];
const EXPLORES = [bash('cat sum.js'), bash('ls')];

/** Each reply costs this. */
export const REPLY_TOKENS = 10;
const usage = { inputTokens: 8, outputTokens: 2 };

const SCRIPTS: Readonly<Record<string, readonly object[]>> = {
  main: [{ calls: [FIX] }, ...HANDS_IN],
  looks: [bash('echo seen > seen.txt'), ...HANDS_IN],
  adds: [bash('echo x > x.txt'), bash('echo y > y.txt'), ...HANDS_IN],
  explores: [...EXPLORES, { calls: [FIX] }, ...HANDS_IN],
  no: [bash('echo no > tried.txt'), { text: 'no' }, { text: 'no' }, { text: 'no' }],
};

const PARTS = [
  { name: 'mend', task: 'mend the sum', accept: ['grep -q "i = 0" sum.js'] },
  { name: 'add', task: 'add two files', accept: ['test -f x.txt'], after: [] },
];

/** What is played by whoever a prompt makes of the model: the first whose words it has. */
const CAST: readonly (readonly [string, readonly object[]])[] = [
  ['You are the planner', [bash('ls'), { calls: [{ tool: 'finish', input: { parts: PARTS } }] }]],
  ['<task>\\nadd two files', [bash('echo x > x.txt'), bash('echo y > y.txt'), ...HANDS_IN]],
  ['<task>\\nmend the sum', [{ calls: [FIX] }, ...HANDS_IN]],
  ['one path a line', [{ text: 'sum.js' }]],
  ['what the likely files define', [{ text: 'sum.js: sum' }]],
  ['as narrow as you can', [{ text: 'sum.js:3' }]],
  ['You write one test', [{ text: 'COMMAND: grep -q "i = 0" sum.js\nFILE: new.test.sh\ntrue' }]],
  [
    'Answer with edits',
    [{ text: 'sum.js\n<<<<<<< SEARCH\n  for (let i = 1;\n=======\n  for (let i = 0;\n>>>>>>> REPLACE' }],
  ],
];

/**
 * Does again what was interrupted, as any sensible model would; else plays its script, at a price. `never` says nothing
 * until nobody waits for it any more, so that it makes no difference who is quicker.
 */
export function modelOf(id: string): Model {
  if (id === 'never') return silent(id);
  const script: Script = (prompt) => {
    if (id === 'none') throw new ModelError('unauthorized', 'the key was refused');
    const observed = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
    const cut = observed.filter((part) => part.type === 'tool-result' && isInterrupted(part.output)).length;
    const turn = prompt.filter(({ role }) => role === 'assistant').length - cut;
    const learnt = JSON.stringify(prompt).includes('not good enough');
    const text = JSON.stringify(prompt);
    const played = id === 'cast' ? CAST.find(([words]) => text.includes(words))?.[1] : SCRIPTS[id];
    const steps = id === 'learns' ? SCRIPTS[learnt ? 'main' : 'looks'] : played;
    return { ...(steps?.[turn] ?? { text: 'yes' }), usage };
  };
  const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  return { ...scriptedModel(script, { id }), price };
}

function silent(id: string): Model {
  const model = scriptedModel([], { id });
  const doStream: Model['language']['doStream'] = ({ abortSignal }) =>
    new Promise((_, reject) => {
      abortSignal!.addEventListener('abort', () => reject(abortSignal!.reason));
    });
  return { ...model, language: { ...model.language, doStream } };
}

function isInterrupted(output: { readonly type: string; readonly value?: unknown }): boolean {
  return String(output.value).startsWith('interrupted:');
}

const source = import.meta.url;
const broken = agent({ name: 'broken', source }, async () => {
  throw new Error('a bug of its own');
});

/** Asks a model itself, once. */
const asks = agent({ name: 'asks', source }, async (state, run) => {
  await run.once('answer', z.string(), async () => {
    const question = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'ready?' }] }];
    const reply = await run.consult('planner', { prompt: question, tools: [] });
    return JSON.stringify(reply?.content);
  });
  return state;
});

export const COMPOSITIONS: Readonly<Record<string, AnyAgent>> = {
  sequence: sequence(withModel('looks', solo), asks, solo),
  race: race(withModel('never', solo), solo),
  fallback: fallback(broken, withModel('none', solo), withModel('no', solo), solo),
  retryUntil: retryUntil({ accept: checksPass, most: 3 }, withModel('learns', solo)),
  parallel: parallel({ mends: solo, adds: withModel('adds', solo) }),
  route: route((state) => (state.work === null ? 'first' : 'again'), { first: solo, again: broken }),
  budget: withBudget({ tokens: 10_000 }, withBudget({ usd: 1 }, sequence(asks, solo))),
  pipeline: withModel('cast', pipeline({ patches: 2, tests: 1 })),
  planner: withModel('cast', planner()),
  bestOf: bestOf({ attempts: 3, stop: 'never' }, solo),
  lateFork: bestOf({ attempts: 3, stop: 'never', fork: 'late' }, withModel('explores', solo)),
};
