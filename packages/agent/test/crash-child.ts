import { join } from 'node:path';
import { openStore } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { readRollout, resultOf } from '../src/result.ts';
import { resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { bash, call, FINISH, FIX } from './steps.ts';

/** A rollout in a process of its own, to be killed: `crash-child.ts HOME REPO` begins or goes on with the one there is. */
const [home, repo] = process.argv.slice(2) as [string, string];

const SCRIPT = [
  bash('echo 1 >> one.txt'),
  bash('echo 2 >> one.txt; sleep 0.05; echo 3 >> one.txt'),
  call('code', {
    language: 'javascript',
    code: 'for (const n of [4, 5, 6]) await bash("echo " + n + " >> one.txt");',
  }),
  { calls: [FIX, ...bash('rm one.txt').calls] },
  { calls: [FINISH] },
  { calls: [FINISH] },
];

/** Does again what was interrupted, as any sensible model would; else plays the script. */
const model = scriptedModel((prompt) => {
  const observed = prompt.flatMap((message) => (message.role === 'tool' ? message.content : []));
  const interrupted = observed.filter((part) => part.type === 'tool-result' && isInterrupted(part)).length;
  const replies = prompt.filter(({ role }) => role === 'assistant').length;
  return SCRIPT[replies - interrupted]!;
});

function isInterrupted({ output }: { output: { type: string; value?: unknown } }): boolean {
  return String(output.value).startsWith('interrupted:');
}

const store = openStore(join(home, 'journal.db'));
const [row] = store.rollouts();
const begun = row !== undefined && [...store.read(row.rollout)].length > 0;
// Killed after its last event was written: there is nothing left to do but to read it.
const finished =
  begun && readRollout(store, row.rollout).some(({ event }) => event.type === 'rollout.completed');
const result = finished
  ? resultOf(store, row.rollout)
  : begun
    ? await resume({ rollout: row.rollout, model }, { store, home })
    : await solve({ task: 'fix', repo, model, sandbox: 'host', tools: ['code'] }, { store, home });
store.close();
process.stdout.write(JSON.stringify(result));
