import { stripVTControlCharacters } from 'node:util';
import type { Shell } from '@heddle/workspace';
import * as z from 'zod/mini';
import { excerpt } from '../excerpt.ts';
import type { Tool } from '../tool.ts';

/** Long enough for most builds; a model that needs more asks for it. */
const DEFAULT_TIMEOUT_SECONDS = 120;
/** Ten minutes: what a person would wait for a build before looking what is wrong. */
const MAX_TIMEOUT_SECONDS = 600;

const schema = z.object({
  command: z.string().check(z.minLength(1), z.describe('What to run; several lines are fine.')),
  timeout_seconds: z.optional(
    z
      .number()
      .check(
        z.gt(0),
        z.lte(MAX_TIMEOUT_SECONDS),
        z.describe(`Default ${DEFAULT_TIMEOUT_SECONDS}, at most ${MAX_TIMEOUT_SECONDS}.`),
      ),
  ),
});

export const bashTool: Tool<z.infer<typeof schema>> = {
  name: 'bash',
  description:
    'Runs a command in a persistent bash: working directory, variables and background jobs (`server &`) last from call to call. ' +
    'Standard input is empty, pagers and colours are off. Long output is cut in the middle: filter it (grep, head, tail). ' +
    'A command over its time limit is ended and you see what it printed so far.',
  schema,
  touches: { writes: true },
  subjects: ({ command }) => [{ kind: 'shell', text: command }],
  async run({ command, timeout_seconds: timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }, context) {
    const shell = await context.handle<Promise<Shell>>('bash', () => context.workspace.shell());
    const result = await shell.run(command, {
      timeoutSeconds,
      ...(context.env === undefined ? {} : { env: context.env }),
      signal: context.signal,
      onOutput: (chunk) => context.output(chunk),
    });
    const { text, cut } = excerpt(stripVTControlCharacters(result.output));
    const lines = [text.trimEnd() === '' ? '(it printed nothing)' : text.trimEnd()];
    if (result.outputBytes > Buffer.byteLength(result.output)) {
      lines.push(`[it printed ${result.outputBytes} bytes in all; what is beyond the cap was dropped]`);
    }
    lines.push(...endings(result, timeoutSeconds));
    if (result.endedJobs > 0) {
      lines.push(`[background jobs it had begun were ended with it: ${result.endedJobs}]`);
    }
    if (result.restarted) {
      lines.push(
        '[the shell had to be replaced: variables and background jobs are gone, the directory is kept]',
      );
    }
    if (result.cwd !== context.workspace.root) lines.push(`[directory: ${result.cwd}]`);
    return {
      content: lines.join('\n'),
      details: { exitCode: result.exitCode, ended: result.ended, cwd: result.cwd, seconds: result.seconds },
      ...(cut ? { full: result.output } : {}),
    };
  },
};

function endings(result: { ended: string; exitCode: number | null }, timeoutSeconds: number): string[] {
  switch (result.ended) {
    case 'exited':
      return [`[exit code ${result.exitCode}]`];
    case 'timeout':
      return [`[ended at its time limit of ${timeoutSeconds} s: no exit code]`];
    case 'memory':
      return ['[ended: it used more memory than the sandbox allows]'];
    case 'processes':
      return ['[ended: it started more processes than the sandbox allows]'];
    case 'output':
      return ['[ended: it printed more than the sandbox allows]'];
    default:
      return [`[ended: ${result.ended}]`];
  }
}
