import type { LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import { summaryIn } from './note.ts';
import { callText, type Folded, resultText } from './steps-text.ts';

/** Characters of what was said in a step, of a call, and of a line of a result. */
const MAX_SAID = 500;
const MAX_CALL = 120;
const MAX_LINE = 120;
/** Lines of a search that tell what it found. */
const SEARCH_LINES = 5;
const LEFT_OUT = '(some earlier steps, or what they found, are left out here)';
/** What these did stands in the note already. */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set(['plan', 'watch', 'recall']);

/**
 * A summary that needs no model: what an earlier note said, then what was said and done in each step and how it ended.
 * What does not fit into `room` bytes is left out from the oldest on, which is said.
 */
export function summaryByRule(folded: readonly Folded[], room: number): string {
  let lines = [...(earlierSummary(folded)?.split('\n') ?? []), ...stepLines(folded)];
  const whole = lines.length;
  // What was found and done goes before what was said of it.
  for (const expendable of [/^ {4}/, /^ {2}/, /^/]) lines = fitted(lines, expendable, room);
  return lines.length === whole
    ? lines.join('\n')
    : [LEFT_OUT, ...lines.filter((line) => line !== LEFT_OUT)].join('\n');
}

/** Without the oldest of the lines that can be spared, until the rest fits. */
function fitted(lines: readonly string[], expendable: RegExp, room: number): string[] {
  let over = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0) - room;
  return lines.filter((line) => {
    if (over <= 0 || !expendable.test(line)) return true;
    over -= Buffer.byteLength(line) + 1;
    return false;
  });
}

export function earlierSummary([first]: readonly Folded[]): string | null {
  if (first?.message.role !== 'user') return null;
  const [part] = first.message.content;
  return part?.type === 'text' ? summaryIn(part.text) : null;
}

/** Steps that read alike, one after the other, are told once. */
function stepLines(folded: readonly Folded[]): string[] {
  const steps = new Map<number, string[]>();
  const calls = new Map<string, string>();
  for (const { message, step } of folded) {
    const lines = steps.get(step) ?? [];
    steps.set(step, lines);
    lines.push(...linesOf(message, calls));
  }
  const told: { first: number; last: number; text: string }[] = [];
  for (const [step, lines] of steps) {
    const text = lines.join('\n');
    const before = told.at(-1);
    if (text === '') continue;
    if (before?.text === text) before.last = step;
    else told.push({ first: step, last: step, text });
  }
  return told.flatMap(({ first, last, text }) => {
    const [head = '', ...rest] = text.split('\n');
    const which = first === last ? `step ${first}` : `steps ${first} to ${last}, each`;
    return [`- ${which}: ${head.trimStart()}`, ...rest];
  });
}

function linesOf(message: Folded['message'], calls: Map<string, string>): string[] {
  switch (message.role) {
    case 'assistant': {
      const said = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
      for (const part of message.content)
        if (part.type === 'tool-call')
          calls.set(part.toolCallId, clip(callText(part.toolName, part.input), MAX_CALL));
      return said.trim() === '' ? [] : [clip(said, MAX_SAID)];
    }
    case 'tool':
      return message.content.flatMap((part) =>
        part.type === 'tool-result' && !KEPT_ELSEWHERE.has(part.toolName)
          ? outcomeLines(part, calls.get(part.toolCallId) ?? part.toolName)
          : [],
      );
    case 'user':
      return message.content.flatMap((part) => (part.type === 'text' ? checkLines(part.text) : []));
    default:
      return [];
  }
}

function outcomeLines(part: LanguageModelV4ToolResultPart, call: string): string[] {
  const lines = resultText(part)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\[(?:exit code 0\b|shortened to make room|cut: )/.test(line));
  if (part.output.type === 'error-text') return [`  \`${call}\` failed: ${clip(lines[0] ?? '', MAX_LINE)}`];
  if (part.toolName === 'search')
    return [`  \`${call}\``, ...lines.slice(0, SEARCH_LINES).map((line) => `    ${clip(line, MAX_LINE)}`)];
  // What a view or an edit shows are the files, which can be looked at again.
  if (part.toolName === 'edit') return [`  \`${call}\``];
  return [`  \`${call}\`: ${clip(lines.at(-1) ?? '(no output)', MAX_LINE)}`];
}

/** How checks changed, of a report; nothing of other notes. */
function checkLines(text: string): string[] {
  return text.includes('Checks after this step:')
    ? text
        .split('\n')
        .flatMap((line) => (line.startsWith('- ') ? [`  check ${clip(line.slice(2), MAX_LINE)}`] : []))
    : [];
}

function clip(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}
