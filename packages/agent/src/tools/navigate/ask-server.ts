import { type LanguageClient, type Location, ServerFault } from '@heddle/code';
import type { ToolContext } from '../../tool.ts';
import type { LineOf } from './lines.ts';
import { LiveCode } from './live-code.ts';

/** A cold server reads the project first; a question to a warm one takes milliseconds. */
const ANSWER_MS = 20_000;

/** What a server said, or why there is none to say it. */
export type Answer<T> =
  | { readonly by: string; readonly value: T }
  | { readonly by: null; readonly why: string; readonly reason: ServerFault['reason'] };

/** Asks the language server for a file; a server's failure is an answer, for there is the syntax tree to fall back on. */
export async function askServer<T>(
  context: ToolContext,
  path: string,
  ask: (
    client: LanguageClient,
    limit: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<T>,
): Promise<Answer<T>> {
  const live = LiveCode.of(context);
  try {
    await live.refresh();
    const client = await live.servers.clientFor(path);
    const value = await ask(client, { timeoutMs: ANSWER_MS, signal: context.signal });
    return { by: client.spec.id, value };
  } catch (error) {
    if (error instanceof ServerFault) return { by: null, why: error.message, reason: error.reason };
    throw error;
  }
}

/** Places in the repository; those in libraries are counted apart. */
export function placesOf(
  client: LanguageClient,
  locations: readonly Location[],
): { readonly inside: LineOf[]; readonly outside: string[] } {
  const inside: LineOf[] = [];
  const outside: string[] = [];
  for (const { uri, range } of locations) {
    const path = client.pathOf(uri);
    if (path === null)
      outside.push(`${decodeURIComponent(uri.replace(/^file:\/\//, ''))}:${range.start.line + 1}`);
    else inside.push({ path, line: range.start.line + 1 });
  }
  return { inside, outside };
}

/** The last line of an answer that no server gave. */
export function fallbackNote(answer: { readonly why: string }): string {
  return `[by name from the syntax trees, so other symbols of the same name may be among them: ${answer.why}]`;
}
