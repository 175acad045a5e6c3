import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Model } from '@heddle/models';
import { type ConsultOptions, consult } from '../consult.ts';
import { MEMORY_PROMPT } from '../prompts/memory.ts';
import { earlierSummary } from './by-rule.ts';
import { callLines, type Folded, transcriptText } from './steps-text.ts';

/** What a summary must have: without these the work would begin anew. */
const HEADINGS = ['### Done', '### Findings', '### Pending'] as const;

/** Characters of one piece of a transcript, tried in turn until the whole fits. */
const PIECES = [2_000, 800, 300, 100];
/** Of the model's context, for what it reads. */
const READING = 0.6;
const CHARACTERS_PER_TOKEN = 3;
/** Paths and names are longer than words. */
const BYTES_PER_WORD = 7;
/** A summary much longer than asked is another tale. */
const SLACK = 1.5;

export interface Wanted {
  readonly task: string;
  readonly folded: readonly Folded[];
  /** What stays in the prompt after them. */
  readonly kept: readonly Folded[];
  /** Bytes the summary may have. */
  readonly room: number;
  /** What was wrong with the last one. */
  readonly complaint: string | null;
}

/** One try at a summary. Throws ModelError. */
export async function askForSummary(
  model: Model,
  { task, folded, kept, room, complaint }: Wanted,
  options: Omit<ConsultOptions, 'role'>,
): Promise<string> {
  const most = model.contextTokens * READING * CHARACTERS_PER_TOKEN;
  const texts = PIECES.map((piece) => transcriptText(folded, piece));
  const steps = texts.find((text) => text.length <= most) ?? texts.at(-1)!.slice(-most);
  const earlier = earlierSummary(folded);
  const text = [
    `<task>\n${task}\n</task>`,
    ...(earlier === null ? [] : [`<memory_so_far>\n${earlier}\n</memory_so_far>`]),
    `<steps>\n${steps}\n</steps>`,
    `${stays(folded, kept)}\n\nWrite at most ${Math.floor(room / BYTES_PER_WORD)} words.`,
    ...(complaint === null ? [] : [`Your last answer could not be used: ${complaint}.`]),
  ].join('\n\n');
  const prompt: LanguageModelV4Prompt = [
    { role: 'system', content: MEMORY_PROMPT },
    { role: 'user', content: [{ type: 'text', text }] },
  ];
  const { content } = await consult(model, { prompt, tools: [] }, { ...options, role: 'memory' });
  return content
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
    .trim();
}

function stays(folded: readonly Folded[], kept: readonly Folded[]): string {
  const last = folded.at(-1)?.step ?? 0;
  const calls = callLines(kept);
  const head = `The steps after ${last} stay in the prompt; they are not yours to tell.`;
  return calls.length === 0 ? head : `${head} They did this, so it is not pending:\n${calls.join('\n')}`;
}

/** What is wrong with a summary; null: it can be used. */
export function complaintAbout(text: string, room: number): string | null {
  const missing = HEADINGS.filter((heading) => !text.includes(heading));
  if (missing.length > 0) return `it lacks ${missing.map((heading) => `"${heading}"`).join(', ')}`;
  const bytes = Buffer.byteLength(text);
  return bytes > SLACK * room ? `it is ${bytes} bytes long, and ${room} is what there is room for` : null;
}
