import { localize, readTestOutput, type TestReport } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool, ToolContext } from '../tool.ts';
import { failingCheck } from './failing-check.ts';

/** Source text shown beside a suspect. */
const MAX_SOURCE_CHARACTERS = 120;
/** A check that hangs is stopped this soon: where it is then is where it is later. */
const HUNG_SECONDS = 5;
/** Failing tests listed above the suspects. */
const MAX_TESTS = 20;

const schema = z.object({
  check: z.optional(z.string().check(z.describe('Name of the check. Default: the first that fails.'))),
});
type Input = z.infer<typeof schema>;

export const localizeTool: Tool<Input> = {
  name: 'localize',
  description:
    'Ranks the source lines most likely at fault for a failing check: runs it with coverage and compares what failing ' +
    'and passing tests execute (also where a hanging program was stopped). One line each, most suspected first: ' +
    '"path:line score reason | source text"; "columns a-b" where only that expression of the line is suspected. Use it early, when you do not know where a failure comes from.',
  schema,
  touches: { writes: false },
  async run({ check: name }, context) {
    const { workspace, signal } = context;
    const check = failingCheck(name, context);
    const report = reportOf(check, context);
    const texts = new Map<string, Promise<string>>();
    const read = (path: string) => {
      const known = texts.get(path);
      if (known) return known;
      const text = workspace.files.read(path).then((bytes) => bytes.toString('utf8'));
      texts.set(path, text);
      return text;
    };
    // Coverage is taken in a copy: what it leaves behind must not end up in the patch.
    const fork = await workspace.fork();
    try {
      const exec = fork.exec.bind(fork);
      const hung = context.view.checkRun(check.name).last?.outcome.status === 'hung';
      const limit = hung ? { timeoutSeconds: Math.min(HUNG_SECONDS, check.timeoutSeconds) } : {};
      const suspects = await localize({ exec, read, root: workspace.root, check, report, signal, ...limit });
      const lines = await Promise.all(
        suspects.map(async ({ path, line, columns, score, reason }) => {
          const source =
            (await read(path)).split('\n')[line - 1]?.trim().slice(0, MAX_SOURCE_CHARACTERS) ?? '';
          const part = columns ? `columns ${columns.from}-${columns.to} ` : '';
          return `${path}:${line} ${score.toFixed(3)} ${part}${reason} | ${source}`;
        }),
      );
      const tests = (report?.failing ?? []).map((test) => test.name);
      return {
        content: [...head(check, tests, lines.length), ...lines].join('\n'),
        details: { check: check.name, suspects },
      };
    } finally {
      await fork.dispose();
    }
  },
};

function reportOf(check: CheckSpec, { view, objects, workspace }: ToolContext): TestReport | null {
  const last = view.checkRun(check.name).last;
  if (!last) return null;
  const output = Buffer.from(objects.get(last.output)).toString('utf8');
  return readTestOutput(check.framework, output, last.outcome.exitCode, workspace.root);
}

function head(check: CheckSpec, tests: readonly string[], suspects: number): string[] {
  const names = tests
    .slice(0, MAX_TESTS)
    .map((name) => `"${name}"`)
    .join(', ');
  const more = tests.length > MAX_TESTS ? ` and ${tests.length - MAX_TESTS} more` : '';
  const which = tests.length > 0 ? [`Failing in ${check.name}: ${names}${more}`] : [];
  const found =
    suspects > 0
      ? 'Suspected lines, most suspected first:'
      : 'No line of the project is suspected: neither coverage nor stack traces name one.';
  return [...which, found];
}
