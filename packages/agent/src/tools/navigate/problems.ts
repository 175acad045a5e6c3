import { problemLine, problemsOf, type RawDiagnostic, serverFor } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { apply } from '../edit/apply.ts';
import { tidyPath } from '../edit/paths.ts';
import { askServer } from './ask-server.ts';
import { changesOf } from './rename.ts';

/** Problems listed in one answer. */
const MAX_PROBLEMS = 50;
/** Changed files looked at when no file is named. */
const MAX_FILES = 30;

/** What the language servers have against a file, or against all files changed in this rollout. */
export async function diagnostics(path: string | undefined, context: ToolContext): Promise<ToolResult> {
  const paths = path === undefined ? await changedFiles(context) : [tidyPath(path, context.workspace.root)];
  if (path !== undefined) await context.workspace.files.read(paths[0]!); // says so when there is none
  if (paths.length === 0)
    return { content: 'No file with a language server was changed yet. Give a path to look at one.' };
  const lines: string[] = [];
  const notes = new Set<string>();
  for (const each of paths.slice(0, MAX_FILES)) {
    const answer = await askServer(context, each, (client, limit) => client.diagnostics(each, limit));
    if (answer.by === null) notes.add(`[${each} was not looked at: ${answer.why}]`);
    else lines.push(...problemsOf(each, answer.value).map(problemLine));
  }
  if (paths.length > MAX_FILES) notes.add(`[${paths.length - MAX_FILES} more changed files not looked at]`);
  const looked = paths.length - [...notes].length;
  if (lines.length === 0 && looked > 0)
    lines.push(path === undefined ? `No problems in ${looked} changed files.` : `No problems in ${path}.`);
  const more = lines.length - MAX_PROBLEMS;
  if (more > 0) notes.add(`[${more} more problems left out]`);
  return { content: [...lines.slice(0, MAX_PROBLEMS), ...notes].join('\n') };
}

async function changedFiles({ workspace, view }: ToolContext): Promise<string[]> {
  const changed = await workspace.changed(view.base, await workspace.snapshot());
  return changed
    .filter(({ path, status }) => status !== 'deleted' && serverFor(path) !== null)
    .map(({ path }) => path);
}

/** Mends offered for the problems of a line, or one of them made. */
export async function fixes(
  { path, line, fix }: { path: string; line: number; fix?: string | undefined },
  context: ToolContext,
): Promise<ToolResult> {
  const tidy = tidyPath(path, context.workspace.root);
  const answer = await askServer(context, tidy, async (client, limit) => {
    const all = await client.diagnostics(tidy, limit);
    const here = all.filter(({ range }) => line - 1 >= range.start.line && line - 1 <= range.end.line);
    const offered: { problem: RawDiagnostic; title: string; edits: Parameters<typeof changesOf>[1] }[] = [];
    for (const problem of here)
      for (const each of await client.fixes(tidy, problem, limit)) offered.push({ problem, ...each });
    return { here, offered, pathOf: (uri: string) => client.pathOf(uri) };
  });
  if (answer.by === null)
    throw new ModelFacingError('no-fixes', `No fixes are to be had: ${answer.why}. Mend it with edit.`);
  const { here, offered, pathOf } = answer.value;
  if (here.length === 0) return { content: `There is no problem at line ${line} of ${path}.` };
  if (fix === undefined) {
    const problems = problemsOf(tidy, here).map(problemLine);
    const titles = [...new Set(offered.map(({ title }) => `- ${title}`))];
    const say = titles.length === 0 ? 'No fix is offered for it.' : 'Fixes; repeat with "fix" to make one:';
    return { content: [...problems, say, ...titles].join('\n') };
  }
  const chosen = offered.find(({ title }) => title === fix);
  if (chosen === undefined) {
    const titles = [...new Set(offered.map(({ title }) => JSON.stringify(title)))];
    throw new ModelFacingError(
      'unknown-fix',
      `No fix is called ${JSON.stringify(fix)} there. Nothing was changed. There are: ${titles.join(', ') || 'none'}.`,
    );
  }
  const { changes } = await changesOf(context, chosen.edits, pathOf);
  const remembered = await apply(context, changes, { force: false });
  const changed = changes.map((change) => change.path);
  return {
    content: `Made "${fix}" in ${changed.join(', ')}.`,
    details: { paths: changed, ...remembered },
  };
}
