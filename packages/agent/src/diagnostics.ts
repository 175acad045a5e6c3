import { newProblems, type Problem, problemLine, problemsOf, ServerFault, serverFor } from '@heddle/code';
import type { RememberedDetails } from './remembered.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { tidyPath } from './tools/edit/paths.ts';
import { LiveCode } from './tools/navigate/live-code.ts';

/** Waited for the servers after an edit, in all. A warm one needs 0.1 to 0.6 s. */
const AFTER_MS = 5_000;
/** Waited for a baseline before an edit: the server may be starting. */
const BEFORE_MS = 10_000;
/** Other files looked at after an edit: those edited or viewed last. */
const MAX_OTHERS = 10;
/** New problems shown after one edit. */
const MAX_SHOWN = 15;

/** What the servers last had against each file, oldest first; kept as long as the servers run. */
class Known {
  readonly problems = new Map<string, readonly Problem[]>();
  /** Looks begun at a view and not done yet. */
  readonly begun = new Map<string, Promise<unknown>>();
  /** Why there are none, as already told: nobody wants to hear it after each edit. */
  readonly told = new Set<string>();

  set(path: string, problems: readonly Problem[]): void {
    this.problems.delete(path);
    this.problems.set(path, problems);
  }
}

/**
 * An editing tool after whose edits the language servers are asked what has become worse: in the edited files, and in
 * the files edited or viewed before. Only problems that are new are told. The tool itself knows nothing of it: what
 * it changed is read from the undo entries of its details, and the path it is given before it runs.
 */
export function withDiagnostics<Input>(tool: Tool<Input>): Tool<Input> {
  return {
    ...tool,
    async run(input, context) {
      const paths = pathsOf(input, context);
      const known = context.handle('known-problems', () => new Known());
      if (isView(input)) {
        // Whoever looks at a file may edit it next: by then its server has started.
        for (const path of paths) warm(path, known, context);
        return tool.run(input, context);
      }
      // A look that was begun before the edit must not be taken for one after it.
      await Promise.all(known.begun.values());
      for (const path of paths) if (!known.problems.has(path)) await look(path, known, context, BEFORE_MS);
      const result = await tool.run(input, context);
      const changed = changedBy(result);
      if (changed.length === 0) return result;
      const note = await compare(changed, known, context);
      return note === '' ? result : { ...result, content: `${result.content}\n${note}` };
    },
  };
}

function isView(input: unknown): boolean {
  return (input as { command?: unknown }).command === 'view';
}

/** A file's header in the patch format of `apply_patch`. */
const PATCHED = /^\*\*\* (?:Update|Add|Delete) File: (.+?)\s*$/gm;

/** Files an input names that have a language server. */
function pathsOf(input: unknown, { workspace }: ToolContext): string[] {
  const {
    path,
    edits,
    input: patch,
  } = input as {
    path?: unknown;
    edits?: readonly { path?: unknown }[];
    input?: unknown;
  };
  const patched = typeof patch === 'string' ? patch.matchAll(PATCHED) : [];
  const named = [path, ...(edits ?? []).map((edit) => edit.path), ...[...patched].map(([, file]) => file)];
  const tidy = named.filter((each) => typeof each === 'string').map((each) => tidyPath(each, workspace.root));
  return [...new Set(tidy)].filter((each) => serverFor(each) !== null);
}

function changedBy({ details }: ToolResult): string[] {
  const { undo, undone } = (details ?? {}) as RememberedDetails;
  const paths = undo === undefined ? [] : [undo].flat().map(({ path }) => path);
  return [...paths, ...(undone === undefined ? [] : [undone])].filter((path) => serverFor(path) !== null);
}

function warm(path: string, known: Known, context: ToolContext): void {
  if (known.problems.has(path) || known.begun.has(path)) return;
  const looking = look(path, known, context, BEFORE_MS)
    .catch(() => {}) // the rollout was stopped, which whatever runs then says
    .finally(() => known.begun.delete(path));
  known.begun.set(path, looking);
}

/** Takes note of what a server has against a file now. Null: done; else why it could not be. */
async function look(
  path: string,
  known: Known,
  context: ToolContext,
  timeoutMs: number,
): Promise<ServerFault | null> {
  const { servers } = LiveCode.of(context);
  try {
    if ((await context.workspace.files.stat(path)) === null) {
      known.set(path, []);
      return null;
    }
    const client = await inTime(servers.clientFor(path), timeoutMs);
    const found = await client.diagnostics(path, { timeoutMs, signal: context.signal });
    known.set(path, problemsOf(path, found));
    return null;
  } catch (error) {
    if (error instanceof ServerFault) return error;
    throw error;
  }
}

async function compare(changed: readonly string[], known: Known, context: ToolContext): Promise<string> {
  const until = performance.now() + AFTER_MS;
  const live = LiveCode.of(context);
  await live.refresh();
  const others = [...known.problems.keys()].filter((path) => !changed.includes(path)).slice(-MAX_OTHERS);
  const fresh: Problem[] = [];
  const notes: string[] = [];
  for (const path of [...changed, ...others]) {
    const before = known.problems.get(path);
    const left = until - performance.now();
    if (left <= 0) {
      notes.push('[some other files were not looked at: the time was up]');
      break;
    }
    const fault = await look(path, known, context, left);
    if (fault === null) {
      const now = known.problems.get(path)!;
      if (before !== undefined) fresh.push(...newProblems(before, now));
      // The server came too late before the edit.
      else if (now.length > 0)
        notes.push(
          `[${path} has ${now.length} problems, some perhaps older than this edit: navigate diagnostics lists them]`,
        );
    } else if (changed.includes(path) && fault.reason !== 'no-server') {
      if (fault.reason === 'too-slow')
        notes.push(`[no diagnostics for ${path} within ${AFTER_MS / 1000} s: ask with navigate diagnostics]`);
      else if (!known.told.has(fault.message)) {
        known.told.add(fault.message);
        notes.push(`[no diagnostics for ${path}: ${fault.message}; not said again]`);
      }
    }
  }
  const lines: string[] = [];
  if (fresh.length > 0) {
    const shown = fresh.slice(0, MAX_SHOWN).map(problemLine);
    lines.push(`New problems since this edit (${fresh.length}):`, ...shown);
    if (fresh.length > shown.length) lines.push(`[${fresh.length - shown.length} more left out]`);
    lines.push(...(await fixNotes(fresh, context)));
  }
  return [...lines, ...notes].join('\n');
}

/** Titles of fixes for the first new problem, if its server has some. */
async function fixNotes([first]: readonly Problem[], context: ToolContext): Promise<string[]> {
  if (first === undefined) return [];
  const { path, line, message } = first;
  try {
    const client = await LiveCode.of(context).servers.clientFor(path);
    const limit = { timeoutMs: FIX_MS, signal: context.signal };
    const raw = (await client.diagnostics(path, limit)).find(
      ({ range, message: text }) => range.start.line + 1 === line && text.startsWith(message.slice(0, 40)),
    );
    const fixes = raw === undefined ? [] : await client.fixes(path, raw, limit);
    const titles = [...new Set(fixes.map(({ title }) => title))].slice(0, MAX_FIXES);
    if (titles.length === 0) return [];
    const named = titles.map((title) => JSON.stringify(title)).join(', ');
    return [`Offered for line ${line} of ${path} (navigate fixes): ${named}`];
  } catch (error) {
    if (error instanceof ServerFault) return [];
    throw error;
  }
}

/** Fixes are an extra: they must not hold an edit up. */
const FIX_MS = 1_000;
const MAX_FIXES = 3;

function inTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ServerFault('too-slow', 'the language server is still starting')),
      timeoutMs,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
