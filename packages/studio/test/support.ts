import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRollout, solve } from '@heddle/agent';
import { eventSchema, openStore, type RolloutEvent, type Store } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { afterEach } from 'vitest';
import { studioApp } from '../src/server/app.ts';
import { contextOf } from '../src/server/context.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** With a space and a letter beyond ASCII: every test is also one of such paths. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle studio ü '));
  folders.push(folder);
  return folder;
}

/** A store in a file, closed after the test. */
export function store(file = join(temporaryFolder(), 'journal.db')): Store {
  const opened = openStore(file);
  stores.push(opened);
  return opened;
}

/** A git repository with these files committed. */
export function repository(files: Readonly<Record<string, string>>): string {
  const root = join(temporaryFolder(), 'repo');
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-q', '-m', 'start');
  return root;
}

/** A program with a bug and a test that shows it. */
export const BUGGY = {
  'package.json': JSON.stringify({ name: 'sum', type: 'module', scripts: { test: 'node --test' } }),
  'sum.js':
    'export function sum(numbers) {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n',
  'sum.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\n" +
    "test('empty', () => assert.equal(sum([]), 0));\ntest('adds all', () => assert.equal(sum([1, 2, 3]), 6));\n",
};

const finish = {
  calls: [{ tool: 'finish', input: { summary: 'The first number was left out.', probability: 0.9 } }],
};

export const LOOK = { text: 'I look at it.', calls: [{ tool: 'bash', input: { command: 'cat sum.js' } }] };

/** Looks, mends, and hands in: four steps. */
export const SOLVING = [
  LOOK,
  {
    text: 'The loop starts at 1.',
    calls: [
      {
        tool: 'edit',
        input: { command: 'replace', path: 'sum.js', old: 'let i = 1', new: 'let i = 0' },
      },
    ],
  },
  finish,
  finish,
];

/** A store of its own, and what answers from it. */
export function studio() {
  const home = temporaryFolder();
  const opened = store(join(home, 'journal.db'));
  const context = contextOf({ store: opened, home, config: {}, place: 'here' });
  const app = studioApp(context, { host: '127.0.0.1' });
  const ask = (path: string) => app.request(`/api${path}`, { headers: { host: '127.0.0.1:4747' } });
  return {
    ...{ home, store: opened, context, ask },
    /** Throws where the answer is no answer. */
    async told<T>(path: string): Promise<T> {
      const response = await ask(path);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
}

/** Puts events into the store as a rollout has them; what no journal can hold is refused. */
export function journal(store: Store, rollout: string, events: readonly RolloutEvent[]): void {
  store.create({ rollout, parent: null, createdAt: AT });
  for (const [position, event] of events.entries())
    store.append(rollout, position, eventSchema.parse(event), AT + position * 1000);
}

const AT = Date.UTC(2026, 10, 21);

/** What the journal of a rollout that solved its task holds. */
export async function solvedEvents(): Promise<RolloutEvent[]> {
  const { store, home } = studio();
  const { rollout } = await solve(
    { task: 'fix the sum', repo: repository(BUGGY), model: scriptedModel(SOLVING), sandbox: 'host' },
    { store, home },
  );
  return readRollout(store, rollout).map(({ event }) => event);
}
