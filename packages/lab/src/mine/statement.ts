import { readFile } from 'node:fs/promises';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

/** An issue as GitHub's API and `gh issue list --json number,title,body` write it. */
const issueSchema = z.object({
  number: z.int(),
  title: z.string(),
  body: z._default(z.nullable(z.string()), null),
});
export type Issue = z.infer<typeof issueSchema>;

/** Issues by number, from JSONL or a JSON list. Throws OperatorError `issues-unreadable`. */
export async function readIssues(file: string): Promise<ReadonlyMap<number, Issue>> {
  const refuse = (what: string, cause?: unknown) =>
    new OperatorError('issues-unreadable', `${file}: ${what}`, {
      cause,
      hint: 'one JSON object a line with number, title and body, as `gh issue list --json number,title,body` writes',
    });
  let values: unknown[];
  try {
    const text = await readFile(file, 'utf8');
    values = text.trimStart().startsWith('[')
      ? (JSON.parse(text) as unknown[])
      : text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => JSON.parse(line) as unknown);
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  const issues = values.map((value, index) => {
    const parsed = issueSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw refuse(`record ${index + 1}: ${issueText(parsed.error.issues[0]!)}`);
  });
  return new Map(issues.map((issue) => [issue.number, issue]));
}

export interface MinedStatement {
  readonly text: string;
  /** The issue it comes from; null: the commit's message. */
  readonly issue: number | null;
}

/** A statement shorter than this says nothing that could be acted upon. Characters. */
const MIN_TEXT = 25;
/** A line of a patch shorter than this (`}`, `return;`) may stand in any text. Characters. */
const MIN_LEAK = 12;
/** Trailers and notes about how a commit came to be. */
const TRAILER =
  /^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|pr-url|refs?|fixes|closes|resolves|cc|change-id|reported-by|tested-by|cherry[- ]picked)\b.*[:#].*$/i;

/**
 * What is asked, in the words of the linked issue or else of the commit's message, without anything that stands in the
 * fix itself: blocks and lines with its lines are left out. Null: too little is left.
 */
export function statementOf(
  message: string,
  { patch, issues }: { readonly patch: string; readonly issues: ReadonlyMap<number, Issue> },
): MinedStatement | null {
  const issue = numbersIn(message)
    .map((number) => issues.get(number))
    .find((each) => each !== undefined);
  const said = issue === undefined ? cleanMessage(message) : `${issue.title}\n\n${issue.body ?? ''}`;
  const text = withoutLeaks(said, addedLines(patch)).trim();
  if (text.replace(/^\w+(?:\([^)]*\))?:\s*/, '').length < MIN_TEXT) return null;
  return { text, issue: issue?.number ?? null };
}

/** Numbers behind `#`: those that are said to be fixed first. */
function numbersIn(message: string): number[] {
  const fixed = [
    ...message.matchAll(/\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)[:\s]+(?:\S+\/\S+)?#(\d+)/gi),
  ];
  const all = [...message.matchAll(/(?:^|[\s(])#(\d+)\b/gm)];
  return [...fixed, ...all].map(([, number]) => Number(number));
}

function cleanMessage(message: string): string {
  const [subject = '', ...body] = message.split('\n');
  const bare = subject.replace(/\s*\(#\d+\)\s*$/, '');
  const kept = body.filter((line) => !TRAILER.test(line.trim()));
  // A squash commit lists its parts; what they were called adds nothing, and often says how.
  const told = /^merge\b/i.test(bare) ? kept : [bare, ...kept];
  return told
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** What a fix adds, without white space around it. */
function addedLines(patch: string): ReadonlySet<string> {
  const lines = patch
    .split('\n')
    .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    .map((line) => line.slice(1).trim());
  return new Set(lines.filter((line) => line.length >= MIN_LEAK));
}

function withoutLeaks(text: string, added: ReadonlySet<string>): string {
  const leaks = (part: string) =>
    part.split('\n').some((line) => added.has(line.trim().replace(/^[+>]\s?/, '')));
  const isDiff = (part: string) => /^(?:diff --git |@@ -\d)/m.test(part);
  return text
    .split(/(^```[\s\S]*?^```[^\S\n]*$)/m)
    .map((part) => {
      if (part.startsWith('```')) return leaks(part) || isDiff(part) ? '' : part;
      const lines = part.split('\n');
      return lines.filter((line) => !leaks(line) && !isDiff(line)).join('\n');
    })
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n');
}
