import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { issueText, messageOf } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { excerpt } from '../excerpt.ts';
import { answerSchema, type Hook, type HookAnswer, type HookCommand, type HookedAction } from './hook.ts';

/** The exit code with which a command says no, and its reason on standard error. */
const BLOCKS = 2;
/** Of what an outside command prints: an answer is a few lines, the rest is a log that nobody reads. */
const MAX_OUTPUT_BYTES = 2 ** 20;
/** Of a reason or a remark, as the model is told it. */
const MAX_REASON_CHARACTERS = 4_000;
/** Of what stands in the place of an observation. */
const MAX_CONTENT_CHARACTERS = 30_000;

export interface HookPlace {
  readonly workspace: Workspace;
  /** The user's repository on this machine. */
  readonly repository: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** How a hook ended: with an answer, or it is passed over and this is why. */
export type HookEnd = { readonly answer: HookAnswer } | { readonly failure: string };

/** Asks one hook about an action. Rejects only when `signal` is aborted. */
export async function runHook(hook: Hook, action: HookedAction, place: HookPlace): Promise<HookEnd> {
  try {
    if ('module' in hook) return await callModule(hook.module, action, place);
    const printed = await (hook.outside ? runOutside : runInside)(hook, action, place);
    return typeof printed === 'string' ? { failure: printed } : endOf(printed);
  } catch (error) {
    place.signal.throwIfAborted();
    return { failure: messageOf(error) };
  }
}

interface Printed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

function endOf({ exitCode, out, err }: Printed): HookEnd {
  if (exitCode === BLOCKS) {
    const why = err.trim() || out.trim() || 'it gave no reason';
    return answerOf({ block: why });
  }
  if (exitCode !== 0) return { failure: [`exit code ${exitCode}`, lastLine(err)].filter(Boolean).join(': ') };
  const text = out.trim();
  // Anything else is a program that talks while it works.
  if (!text.startsWith('{')) return { answer: {} };
  try {
    return answerOf(JSON.parse(text));
  } catch (error) {
    return { failure: `its answer is not JSON: ${messageOf(error)}` };
  }
}

function answerOf(value: unknown): HookEnd {
  const parsed = answerSchema.safeParse(value ?? {});
  if (!parsed.success) return { failure: `its answer does not fit: ${issueText(parsed.error.issues[0]!)}` };
  const answer = { ...parsed.data };
  for (const [name, most] of MOST)
    if (answer[name] !== undefined) answer[name] = excerpt(answer[name], most).text;
  return { answer };
}

const MOST = [
  ['block', MAX_REASON_CHARACTERS],
  ['say', MAX_REASON_CHARACTERS],
  ['content', MAX_CONTENT_CHARACTERS],
] as const;

function variables({ tool, step, on }: HookedAction): Record<string, string> {
  return { HEDDLE_TOOL: tool, HEDDLE_STEP: String(step), HEDDLE_HOOK: on };
}

const late = (seconds: number) => `it took longer than ${seconds} s`;

/** In the sandbox, at the repository's root. A text: why there is no answer. */
async function runInside(
  { run }: HookCommand,
  action: HookedAction,
  { workspace, seconds, signal }: HookPlace,
): Promise<Printed | string> {
  const mark = randomUUID();
  // Both streams come as one: standard error is kept apart and told at the end.
  const result = await workspace.exec(
    `err=$(mktemp) || exit 125\n(\n${run}\n) 2>"$err"; code=$?\nprintf '\\n%s\\n' ${mark}; cat "$err"; rm -f "$err"; exit $code`,
    { stdin: JSON.stringify(action), env: variables(action), timeoutSeconds: seconds, signal },
  );
  signal.throwIfAborted();
  if (result.ended === 'timeout') return late(seconds);
  if (result.exitCode === null) return `it ended without an exit code: ${result.ended}`;
  const [out = '', err = ''] = result.output.split(`\n${mark}\n`);
  return { exitCode: result.exitCode, out, err };
}

/** On this machine; with all that it started it is ended at its time limit. */
function runOutside(
  { run }: HookCommand,
  action: HookedAction,
  { repository, seconds, signal }: HookPlace,
): Promise<Printed | string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--norc', '-c', run], {
      cwd: repository,
      env: { ...process.env, ...variables(action) },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, seconds * 1000);
    signal.addEventListener('abort', kill, { once: true });
    const printed = { out: '', err: '' };
    const keep = (name: keyof typeof printed) => (chunk: string) => {
      if (printed[name].length < MAX_OUTPUT_BYTES) printed[name] += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep('out'));
    child.stderr.setEncoding('utf8').on('data', keep('err'));
    child.stdin.on('error', () => {}); // it need not read
    child.stdin.end(JSON.stringify(action));
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    // What it left running keeps its streams open, and is not waited for.
    child.on('exit', (code, name) => {
      done();
      kill();
      setImmediate(() => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (timedOut) resolve(late(seconds));
        else resolve(code === null ? `it was ended by ${name}` : { exitCode: code, ...printed });
      });
    });
  });
}

/** In this process: it cannot be ended, only no longer waited for. */
async function callModule(
  path: string,
  action: HookedAction,
  { seconds, signal }: HookPlace,
): Promise<HookEnd> {
  const { default: ask } = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (typeof ask !== 'function') return { failure: 'its default export is no function' };
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<HookEnd>((resolve, reject) => {
    timer = setTimeout(() => resolve({ failure: late(seconds) }), seconds * 1000);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    const answered = Promise.resolve(ask(structuredClone(action))).then(answerOf);
    answered.catch(() => {}); // it may fail when nobody waits any more
    return await Promise.race([answered, ended]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
