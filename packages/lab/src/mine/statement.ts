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
 * fix itself: what holds its lines or a name that it brings is left out. Null: too little is left.
 */
export function statementOf(
  message: string,
  { patch, issues }: { readonly patch: string; readonly issues: ReadonlyMap<number, Issue> },
): MinedStatement | null {
  const issue = numbersIn(message)
    .map((number) => issues.get(number))
    .find((each) => each !== undefined);
  const said = issue === undefined ? cleanMessage(message) : `${issue.title}\n\n${issue.body ?? ''}`;
  const text = withoutLeaks(said, addedBy(patch)).trim();
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

/** The parts a squash commit lists that are no part of what was wrong. */
const PART =
  /^\s*[*-] (?:test|tests|refactor|chore|docs?|style|ci|build|perf|lint|format|fixup|update|add(?:ed)? tests?)\b/i;

function cleanMessage(message: string): string {
  const [subject = '', ...body] = message.split('\n');
  const bare = subject.replace(/\s*\(#\d+\)\s*$/, '');
  const kept = body.filter(
    (line) => !TRAILER.test(line.trim()) && !PART.test(line) && line.replace(/^\s*[*-] /, '').trim() !== bare,
  );
  const told = /^merge\b/i.test(bare) ? kept : [bare, ...kept];
  return told
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

interface Added {
  /** Lines, without white space around them. */
  readonly lines: ReadonlySet<string>;
  /** Names that stand in them and nowhere else in the patch, and look like nothing but code. */
  readonly names: ReadonlySet<string>;
}

const NAME = /[A-Za-z_$][\w$]*/g;
/** `innerCapital`, `with_underscore`, `CONSTANT_NAME`: no word of a sentence. */
const CODE_NAME = /^(?=.{5})(?:[a-z$]+\w*[A-Z]\w*|\w*[A-Za-z0-9]_[A-Za-z0-9]\w*)$/;

function addedBy(patch: string): Added {
  const lines = patch.split('\n').filter((line) => !/^(?:\+\+\+|---) /.test(line));
  const added = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1).trim());
  const others = lines.filter((line) => !line.startsWith('+')).join('\n');
  const before = new Set(others.match(NAME));
  const names = added.flatMap((line) => line.match(NAME) ?? []);
  return {
    lines: new Set(added.filter((line) => line.length >= MIN_LEAK)),
    names: new Set(names.filter((name) => CODE_NAME.test(name) && !before.has(name))),
  };
}

/** Blocks of code, lines and paragraphs that hold something of the fix are left out; a paragraph whole, or it makes no sense. */
function withoutLeaks(text: string, { lines, names }: Added): string {
  const holdsLine = (part: string) =>
    part.split('\n').some((line) => lines.has(line.trim().replace(/^[+>]\s?/, '')));
  const isDiff = (part: string) => /^(?:diff --git |@@ -\d)/m.test(part);
  const holdsName = (part: string) => (part.match(NAME) ?? []).some((name) => names.has(name));
  return text
    .split(/(^```[\s\S]*?^```[^\S\n]*$)/m)
    .map((part) => {
      if (part.startsWith('```')) return holdsLine(part) || isDiff(part) || holdsName(part) ? '' : part;
      return part
        .split(/(\n\s*\n)/)
        .filter((paragraph) => !isDiff(paragraph) && !holdsName(paragraph))
        .map((paragraph) =>
          paragraph
            .split('\n')
            .filter((line) => !holdsLine(line))
            .join('\n'),
        )
        .join('');
    })
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n');
}
