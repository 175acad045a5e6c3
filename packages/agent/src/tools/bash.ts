import { ModelFacingError } from '@heddle/core';
import type { ShellResult, Workspace } from '@heddle/workspace';
import * as z from 'zod/mini';
import type { Tool, ToolContext } from '../tool.ts';
import { asShown, shownOutput } from './bash/output.ts';
import { MAX_SESSIONS, Sessions } from './bash/sessions.ts';

/** Most commands end within it; a server has started by then, and its model goes on. */
const DEFAULT_WAIT_SECONDS = 30;
/** Ten minutes: what a person would wait for a build before looking what is wrong. */
const MAX_WAIT_SECONDS = 600;
/** A command that was given more than an hour would outlast most rollouts. */
const MAX_TIMEOUT_SECONDS = 3_600;

const SIGNALS = ['INT', 'TERM', 'KILL', 'HUP', 'QUIT', 'USR1', 'USR2'] as const;

const schema = z.object({
  command: z.optional(
    z
      .string()
      .check(z.minLength(1), z.describe('What to run; several lines are fine. Leave out to go on reading.')),
  ),
  session: z.optional(
    z
      .int()
      .check(
        z.gte(1),
        z.lte(MAX_SESSIONS),
        z.describe('Default: the first that is idle; without command, the one that runs.'),
      ),
  ),
  input: z.optional(
    z
      .string()
      .check(z.describe('Typed to the program that runs there; end a line with \\n. \\u0004 is Ctrl-D.')),
  ),
  signal: z.optional(
    z.enum(SIGNALS).check(z.describe('Sent to the program that runs there; INT is Ctrl-C.')),
  ),
  wait_seconds: z.optional(
    z
      .number()
      .check(
        z.gte(0),
        z.lte(MAX_WAIT_SECONDS),
        z.describe(`Come back after so long, though it still runs. Default ${DEFAULT_WAIT_SECONDS}.`),
      ),
  ),
  timeout_seconds: z.optional(
    z
      .number()
      .check(
        z.gt(0),
        z.lte(MAX_TIMEOUT_SECONDS),
        z.describe('End the command then, and wait for that. Default: it may go on.'),
      ),
  ),
});
type Input = z.infer<typeof schema>;

export const bashTool: Tool<Input> = {
  name: 'bash',
  description:
    'Runs a command in a persistent bash on a terminal: directory, variables and background jobs last from call to call. ' +
    'It returns when the command ends, or earlier if it waits for input or still runs after wait_seconds: then call again ' +
    'with only session to read on, with input to answer, with signal to stop it. Pagers, editors and colours are off. ' +
    'Of long output you see both ends and the file that holds all of it. ' +
    'Example: {"command":"npm test 2>&1 | tail -40"}, {"session":1,"input":"yes\\n"}.',
  schema,
  touches: { writes: true },
  subjects: ({ command, input }) =>
    [command, input].filter((text) => text !== undefined).map((text) => ({ kind: 'shell', text })),
  async run(input, context) {
    const sessions = sessionsOf(context);
    const { number, result, before } = await (input.command === undefined
      ? goOn(input, sessions, context)
      : begin(input.command, input, sessions, context));
    const { text, cut } = shownOutput(result);
    return {
      content: [
        ...untold(before, number),
        text,
        ...notes(result, number, input, context.workspace),
        ...sessions.others(number),
      ].join('\n'),
      details: {
        session: number,
        exitCode: result.exitCode,
        ended: result.ended,
        cwd: result.cwd,
        seconds: result.seconds,
        kept: result.kept,
        running: sessions.running(),
      },
      ...(cut ? { full: result.output } : {}),
    };
  },
};

function sessionsOf(context: ToolContext): Sessions {
  return context.handle('bash', () => new Sessions(context.workspace));
}

interface Turn {
  readonly number: number;
  readonly result: ShellResult;
  readonly before: ShellResult | null;
}

async function begin(command: string, input: Input, sessions: Sessions, context: ToolContext): Promise<Turn> {
  if (input.input !== undefined || input.signal !== undefined) {
    throw new ModelFacingError(
      'invalid-input',
      'input and signal are for a program that runs already: leave command out, or give the command its input with <<EOF',
    );
  }
  const { number, shell, cwd } = await sessions.idle(input.session);
  const before = shell.unread ? await shell.poll({ yieldSeconds: 0 }) : null;
  const timeout = input.timeout_seconds;
  const result = await shell.run(command, {
    ...(context.env !== undefined && { env: context.env }),
    signal: context.signal,
    onOutput: (chunk) => context.output(chunk),
    ...(cwd !== null && { cwd }),
    // Who names a limit wants to know how it ends.
    ...(timeout === undefined || input.wait_seconds !== undefined
      ? { yieldSeconds: input.wait_seconds ?? DEFAULT_WAIT_SECONDS }
      : {}),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
  });
  return { number, result, before };
}

async function goOn(input: Input, sessions: Sessions, context: ToolContext): Promise<Turn> {
  const { number, shell } = sessions.busy(input.session);
  const result = await shell.poll({
    yieldSeconds: input.wait_seconds ?? DEFAULT_WAIT_SECONDS,
    ...(input.input !== undefined && { input: input.input }),
    ...(input.signal !== undefined && { send: `SIG${input.signal}` as const }),
    signal: context.signal,
    onOutput: (chunk) => context.output(chunk),
  });
  return { number, result, before: null };
}

/** The end of an earlier command of the session that nobody has read. */
function untold(before: ShellResult | null, number: number): string[] {
  if (before === null) return [];
  return [`${shownOutput(before).text}\n${ending(before, number, {})} (the command before)`, ''];
}

function notes(result: ShellResult, number: number, input: Input, { root }: Workspace): string[] {
  const lines = [...unended(result, number, input), ending(result, number, input)];
  if (result.endedJobs > 0)
    lines.push(`[background jobs it had begun were ended with it: ${result.endedJobs}]`);
  if (result.restarted) {
    lines.push(
      '[the shell had to be replaced: variables and background jobs are gone, the directory is kept]',
    );
  }
  if (result.cwd !== root) lines.push(`[directory: ${result.cwd}]`);
  return lines;
}

/** A terminal hands a program whole lines: one that waits on has not been given what was typed. */
function unended({ ended, output }: ShellResult, number: number, { input = '' }: Input): string[] {
  const silent = ended === 'running' && asShown(output).trim() === '';
  // A control character, as Ctrl-D, is for the terminal itself.
  if (!silent || !/[^\u0000-\u001f]$/.test(input)) return [];
  return [`[your input had no line end; {"session":${number},"input":"\\n"} ends the line]`];
}

function ending(result: ShellResult, number: number, { timeout_seconds: timeout }: Input): string {
  const where = number === 1 ? '' : `, session ${number}`;
  switch (result.ended) {
    case 'exited':
      return `[exit code ${result.exitCode}${where}${took(result.seconds)}]`;
    case 'running':
      return result.waitsForInput
        ? `[it waits for input: answer with {"session":${number},"input":"…\\n"}, or stop it with {"session":${number},"signal":"INT"}]`
        : `[still running after ${Math.round(result.seconds)} s: read on with {"session":${number}}, stop it with {"session":${number},"signal":"INT"}; other commands can run meanwhile]`;
    case 'timeout':
      return `[ended at its time limit${timeout === undefined ? '' : ` of ${timeout} s`}: no exit code${where}]`;
    case 'memory':
      return '[ended: it used more memory than the sandbox allows]';
    case 'processes':
      return '[ended: it started more processes than the sandbox allows]';
    case 'output':
      return '[ended: it printed more than the sandbox allows]';
    default:
      return `[ended: ${result.ended}]`;
  }
}

/** Seconds from which it is worth knowing: whether to run it again, and how. */
const LONG_SECONDS = 10;

function took(seconds: number): string {
  return seconds < LONG_SECONDS ? '' : `, ${Math.round(seconds)} s`;
}
