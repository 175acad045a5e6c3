import type { LanguageModelV4Message } from '@ai-sdk/provider';
import { turnOf } from '../protocol.ts';
import { ANSWER_FORM, TEXT_ONLY } from './answer-form.ts';
import type { RelayEntry } from './mailbox.ts';
import { toolText } from './schema-text.ts';

export interface RenderOptions {
  /** The whole conversation and the tools. Default: what is new since the last answer, all of it the first time. */
  readonly full?: boolean;
  /** The first message that is not as it was when the conversation was answered last: older steps were folded. */
  readonly changedFrom?: number;
  /** A line under the head: what the request is for. */
  readonly about?: string;
  /** One page of it (1, 2, …). Default: the whole text. */
  readonly page?: number;
  /** Default 400. */
  readonly linesPerPage?: number;
}

/** A few screens: enough to see a file and its neighbours at once, short enough for a program that reads in bites. */
const LINES_PER_PAGE = 400;

/** A request as text: who asks, what is new, and how to answer. */
export function renderRequest(entry: RelayEntry, options: RenderOptions = {}): string {
  const turn = turnOf(entry.prompt);
  const whole = options.full === true || turn === 0;
  const lastAnswer = entry.prompt.findLastIndex(({ role }) => role === 'assistant');
  const { changedFrom } = options;
  const messages = whole ? entry.prompt : entry.prompt.slice(changedFrom ?? lastAnswer + 1);
  const sections = [
    head(entry, turn, options.about),
    ...(changedFrom === undefined ? [] : [FOLDED]),
    ...(whole && entry.tools.length > 0 ? [section('tools', entry.tools.map(toolText).join('\n\n'))] : []),
    ...folded(messages.flatMap(messageText)),
    whole
      ? section('how to answer', entry.tools.length === 0 ? TEXT_ONLY : ANSWER_FORM)
      : rule('answer as before; --full shows everything, and how'),
  ];
  return paged(`${sections.join('\n\n')}\n`, options);
}

const FOLDED =
  'Earlier steps were folded: of what you were shown after the task, only what follows is still in the conversation.';

/** Shorter texts are as quickly read as a remark that they are the same. */
const FOLD_FROM_LINES = 4;

/** A text that stands in an earlier section already, as the same trace of a second test does, is not printed again. */
function folded(sections: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return sections.map((text) => {
    const end = text.indexOf('\n');
    const [title, body] = [text.slice(0, end), text.slice(end + 1)];
    if (body.split('\n').length < FOLD_FROM_LINES) return text;
    const before = seen.get(body);
    if (before !== undefined) return `${title}\n(the same as under "${before}")`;
    seen.set(body, title.replaceAll(/^── | ─+$/g, ''));
    return text;
  });
}

function head({ id, label, stale }: RelayEntry, turn: number, about?: string): string {
  const count = turn === 0 ? 'its first request' : `after ${turn} ${turn === 1 ? 'answer' : 'answers'}`;
  const dead = stale ? '\nSTALE: the process that asked is dead; resume its rollout, or clean it away' : '';
  return `${rule(`request ${id} of ${label}, ${count}`)}${about === undefined ? '' : `\n${about}`}${dead}`;
}

function messageText(message: LanguageModelV4Message): string[] {
  switch (message.role) {
    case 'system':
      return [section('system', message.content)];
    case 'user':
      return [section('user', message.content.map(partText).join('\n'))];
    case 'assistant':
      return [section('your answer then', message.content.map(partText).filter(Boolean).join('\n'))];
    case 'tool':
      return message.content.map((part) =>
        part.type === 'tool-result'
          ? section(`result of ${part.toolName} (${part.toolCallId})`, outputText(part.output))
          : section(part.type, ''),
      );
    default:
      return message satisfies never;
  }
}

type Part = Exclude<LanguageModelV4Message, { role: 'system' }>['content'][number];
type Output = Extract<Part, { type: 'tool-result' }>['output'];

function partText(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'reasoning':
      return part.text === '' ? '' : `(thinking) ${part.text}`;
    case 'tool-call':
      return `@@${part.toolName} ${typeof part.input === 'string' ? part.input : JSON.stringify(part.input)}`;
    case 'file':
      return `(a file: ${part.mediaType})`;
    default:
      return `(${part.type})`;
  }
}

function outputText(output: Output): string {
  switch (output.type) {
    case 'text':
      return output.value;
    case 'error-text':
      return `ERROR: ${output.value}`;
    case 'json':
      return JSON.stringify(output.value, null, 2);
    case 'error-json':
      return `ERROR: ${JSON.stringify(output.value, null, 2)}`;
    case 'execution-denied':
      return `DENIED${output.reason ? `: ${output.reason}` : ''}`;
    case 'content':
      return output.value.map((item) => (item.type === 'text' ? item.text : `(${item.type})`)).join('\n');
    default:
      return output satisfies never;
  }
}

/** Wide enough to be seen between pages of output, and within 80 columns. */
const RULE_COLUMNS = 78;

function rule(title: string): string {
  return `── ${title} `.padEnd(RULE_COLUMNS, '─');
}

function section(title: string, text: string): string {
  return `${rule(title)}\n${text}`;
}

function paged(text: string, { page, linesPerPage = LINES_PER_PAGE }: RenderOptions): string {
  if (page === undefined) return text;
  const lines = text.split('\n');
  const pages = Math.max(1, Math.ceil(lines.length / linesPerPage));
  const shown = Math.min(Math.max(1, page), pages);
  const part = lines.slice((shown - 1) * linesPerPage, shown * linesPerPage).join('\n');
  const more = shown < pages ? `; --page ${shown + 1} goes on` : '';
  return pages === 1 ? text : `${part}\n${rule(`page ${shown} of ${pages}${more}`)}\n`;
}
