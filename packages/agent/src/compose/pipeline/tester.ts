import { readTestOutput } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import { runCheck } from '../../check-run.ts';
import { excerpt } from '../../excerpt.ts';
import { TESTER_PROMPT } from '../../prompts/pipeline.ts';
import { type Agent, agent } from '../agent.ts';
import { checkOf } from '../measure.ts';
import { ask } from '../question.ts';
import type { Run } from '../run.ts';
import { readTest, type WrittenTest } from './answers.ts';
import { codeAt } from './code-at.ts';
import { aboutText, type Located, locatedSchema } from './locate.ts';

export const reproductionSchema = z.object({
  command: z.string(),
  /** New: there was no such file. */
  path: z.string(),
  text: z.string(),
  /** What it showed on the files as they were, without what differs from run to run. */
  observed: z.string(),
});
/** A test that fails on the files as they were. */
export type Reproduction = z.infer<typeof reproductionSchema>;

const ranSchema = z.object({
  status: z.enum(['passed', 'failed', 'hung', 'broken']),
  observed: z.string(),
  output: z.string(),
});
type Ran = z.infer<typeof ranSchema>;

/** Of an output that is told to the test's author. */
const MAX_OUTPUT_CHARACTERS = 2_000;
const MAX_OBSERVED_CHARACTERS = 200;
/** The test itself could not be loaded: it would fail whatever is done. */
const NOT_LOADED =
  /\b(?:SyntaxError|IndentationError|ERR_MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION|ModuleNotFoundError)\b|Cannot find module/;

/** One test by a model, tried on the files as they are; null: it came to none that fails there. */
export const tester: Agent<Located, Reproduction | null> = agent<Located, Reproduction | null>(
  {
    name: 'tester',
    source: import.meta.url,
    prompts: { system: TESTER_PROMPT },
    input: locatedSchema,
    output: z.nullable(reproductionSchema),
  },
  async (state, run) => {
    const { places, failing } = state.value;
    const text = [aboutText(state.task, failing), await codeAt(run, state.snapshot, places)].join('\n\n');
    const answer = await ask(run, {
      key: 'test',
      role: 'writer',
      system: TESTER_PROMPT,
      text,
      read: async (reply) => failingAt(run, state.snapshot, readTest(reply)),
    });
    return { ...state, value: answer.outcome === 'read' ? answer.value : null };
  },
);

async function failingAt(run: Run, snapshot: string, test: WrittenTest): Promise<Reproduction> {
  const { status, observed, output } = await run.once('at-base', ranSchema, () => runIn(run, snapshot, test));
  const shown = excerpt(output, MAX_OUTPUT_CHARACTERS).text;
  if (status === 'passed') {
    const message = 'Your test passes on the files as they are, so it does not show what the task is about.';
    throw new ModelFacingError('passes-without', message);
  }
  if (status === 'broken' || NOT_LOADED.test(output))
    throw new ModelFacingError('cannot-run', `Your test could not be run. It printed:\n${shown}`);
  return { ...test, observed };
}

async function runIn(run: Run, snapshot: string, { command, path, text }: WrittenTest): Promise<Ran> {
  const { ground, signal, remaining } = run;
  const fork = await ground.workspace.fork(snapshot);
  try {
    if ((await fork.files.stat(path)) !== null) {
      throw new ModelFacingError('exists', `${path} exists already: the test goes into a new file.`);
    }
    await fork.files.write(path, Buffer.from(text));
    const check = await checkOf('reproduction', command, ground.task.repo);
    const ran = await runCheck(fork, check, { secondsLeft: remaining().seconds, signal, onOutput: () => {} });
    const output = ground.mask(ran.output);
    const { status, exitCode } = ran.outcome;
    const report = readTestOutput(check.framework, output, exitCode, fork.root);
    const said = report?.failing[0]?.message || (output.trimEnd().split('\n').at(-1) ?? '');
    return { status, observed: `${status} ${plain(said)}`, output };
  } finally {
    await fork.dispose();
  }
}

/** Without numbers, quotes and places: two tests that fail for one reason say much the same. */
function plain(message: string): string {
  const line = message.trim().split('\n')[0]!;
  return line
    .replaceAll(/(?:\/[\w.-]+)+/g, '/')
    .replaceAll(/\d+(?:\.\d+)?/g, '#')
    .replaceAll(/["'`]/g, '')
    .toLowerCase()
    .slice(0, MAX_OBSERVED_CHARACTERS);
}

/** Those that observe what most of them do; where no two agree nobody is outvoted, and all count. */
export function majority(tests: readonly Reproduction[]): readonly Reproduction[] {
  const groups = [...Map.groupBy(tests, ({ observed }) => observed).values()];
  const largest = Math.max(0, ...groups.map(({ length }) => length));
  return largest <= 1 ? tests : groups.find(({ length }) => length === largest)!;
}
