import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bestOf, runAgent, solo, solve } from '@heddle/agent';
import { openStore, type RolloutConfig, type RolloutEvent, type Store } from '@heddle/core';
import { type Script, scriptedModel } from '@heddle/models';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach } from 'vitest';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-formats-'));
  folders.push(folder);
  return folder;
}

export function temporaryStore(home = temporaryFolder()): Store {
  const store = openStore(join(home, 'journal.db'));
  stores.push(store);
  return store;
}

const BUGGY = {
  'sum.js':
    'export function sum(numbers) {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n',
  'check.sh': 'grep -q "i = 0" sum.js && echo "ok 1 - mended" || { echo "not ok 1 - mended"; exit 1; }\n',
};

function repository(): string {
  const root = join(temporaryFolder(), 'repo');
  mkdirSync(root);
  for (const [path, text] of Object.entries(BUGGY)) writeFileSync(join(root, path), text);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-q', '-m', 'start');
  return root;
}

const CHECK = { name: 'test', command: 'sh check.sh', framework: 'plain', timeoutSeconds: 20 };
const FIX = {
  tool: 'edit',
  input: { command: 'replace', path: 'sum.js', old: 'let i = 1', new: 'let i = 0' },
};
const FINISH = { tool: 'finish', input: { summary: 'The first number was left out.', probability: 0.9 } };
const END = [{ calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }];
const SOLVING: Script = [
  {
    text: 'I look at it.',
    reasoning: 'Where is it?',
    calls: [
      { tool: 'bash', input: { command: 'cat sum.js' } },
      { tool: 'bash', input: { command: 'false' } },
    ],
  },
  ...END,
];

const TASK = 'sum([1,2,3]) is 5, "not" 6\n\tü';

/** A rollout by the real loop: it looks, mends and hands in. */
export async function solved(script: Script = SOLVING, contextTokens?: number) {
  const home = temporaryFolder();
  const store = temporaryStore(home);
  const model = scriptedModel(script, contextTokens === undefined ? {} : { contextTokens });
  const result = await solve(
    { task: TASK, repo: repository(), model, checks: [CHECK], sandbox: 'host' },
    { store, home },
  );
  return { store, result, rollout: result.rollout };
}

/** A rollout with so little context that it is folded. */
export async function foldedRollout() {
  const look = (text: string) => ({
    text,
    calls: [
      {
        tool: 'bash',
        input: {
          command: `echo "${text}"; head -c 2000 /dev/zero | tr '\\0' ${'abcdefgh'[text.length % 8]} | fold -w 80`,
        },
      },
    ],
  });
  let turn = 0;
  return solved(() => {
    turn += 1;
    return turn < 60 ? look(`step ${'i'.repeat(turn)}`) : END[Math.min(turn - 60, 2)]!;
  }, 24_000);
}

/** Two attempts in rollouts of their own. */
export async function composed() {
  const home = temporaryFolder();
  const store = temporaryStore(home);
  const model = () => ({ ...scriptedModel(END), id: 'main' });
  const result = await runAgent(
    {
      ...{ task: TASK, repo: repository(), model: model(), checks: [CHECK], sandbox: 'host' as const },
      ...{
        agent: bestOf({ attempts: 2, stop: 'never' }, solo),
        spec: 'test',
        openModel: async () => model(),
      },
    },
    { store, home },
  );
  return { store, result, rollout: result.rollout };
}

const DIGEST = '0'.repeat(64);
const CONFIG: RolloutConfig = {
  model: 'acme/large-1',
  seed: 7,
  limits: { steps: 1e6, usd: 5, tokens: 1e9, seconds: 1e6 },
  checks: [],
  checksFrom: 'none',
  sandbox: 'host',
  network: false,
  tools: ['bash', 'finish'],
  contextTokens: 200_000,
};

/** A journal by hand with so many steps of five events, each about `bytes` long; it has no end. */
export function longJournal(store: Store, rollout: string, steps: number, bytes = 200): void {
  const at = (position: number) => Date.UTC(2026, 10, 21) + position * 100;
  let position = 0;
  const write = (event: RolloutEvent) => {
    if (position === 0) store.create({ rollout, parent: null, createdAt: at(0) }, { event, at: at(0) });
    else store.append(rollout, position, event, at(position));
    position += 1;
  };
  write({
    type: 'rollout.started',
    task: { text: TASK, repo: '/repo', commit: null },
    agent: { name: 'solo', version: DIGEST },
    config: CONFIG,
    heddle: '0.1.0',
  });
  write({ type: 'workspace.prepared', snapshot: 's0', sandbox: 'host', root: '/repo', notes: [] });
  for (let step = 1; step <= steps; step += 1) {
    const call = `c${step}`;
    const input = { command: `echo ${step}` };
    const usage = {
      inputTokens: 1000,
      cacheReadTokens: 700,
      cacheWriteTokens: 100,
      outputTokens: 50,
      reasoningTokens: 20,
    };
    write({ type: 'model.requested', step, digest: DIGEST, bytes: 9, messages: 2 });
    write({
      type: 'model.completed',
      step,
      content: [
        { type: 'text', text: `step ${step}` },
        { type: 'call', id: call, tool: 'bash', input: JSON.stringify(input) },
      ],
      finish: 'tool-calls',
      usage,
      usd: 0.001,
      seconds: 0.1,
    });
    write({ type: 'action.started', step, call, tool: 'bash', input });
    write({
      type: 'action.completed',
      step,
      call,
      outcome: 'ok',
      content: `${step} `.padEnd(bytes, 'x'),
      details: { exitCode: 0 },
      output: null,
      snapshot: 's0',
      changed: [],
      seconds: 0.1,
    });
    // Nearly all is folded now and then, as a real loop would.
    if (step % 50 === 0)
      write({
        type: 'memory.folded',
        step,
        keepFrom: step === 50 ? 100 : 101,
        text: `What happened up to step ${step}.`,
        by: 'rule',
        why: 'no model',
        tokens: { before: 100_000, after: 2_000 },
      });
  }
}

/** Checks a value by one of the schemas beside this file; gives what is wrong, none if nothing is. */
export function problemsOf(schema: string, value: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const file = new URL(`schemas/${schema}.json`, import.meta.url);
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export const joined = (pieces: Iterable<string>): string => [...pieces].join('');
