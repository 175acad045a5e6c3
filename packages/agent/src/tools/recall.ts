import { ModelFacingError, OperatorError, type Recorded } from '@heddle/core';
import * as z from 'zod/mini';
import { callText } from '../memory/steps-text.ts';
import type { Tool, ToolContext } from '../tool.ts';

const schema = z.object({
  query: z.optional(z.string().check(z.describe('Words: names, error texts, paths.'))),
  step: z.optional(z.int().check(z.gte(1), z.describe('Shows all of one step.'))),
  call: z.optional(
    z.int().check(z.gte(1), z.describe('With step: only the result of its call of this number, from 1.')),
  ),
  from: z.optional(z.int().check(z.gte(0), z.describe('With step: go on at this character.'))),
  note: z.optional(z.string().check(z.minLength(1), z.describe('A fact to keep; it stays in sight.'))),
});

const MAX_HITS = 6;
/** Of a step shown as a whole: about 4,000 tokens. */
const MAX_STEP_CHARACTERS = 16_000;
/** Of a page, for the lines round it. */
const HEAD_CHARACTERS = 200;
const LEAST_PAGE = 1_000;
/** Of a query, where it is quoted. */
const MAX_QUOTE = 200;
/** Notes stay in the prompt for good. */
const MAX_NOTE_CHARACTERS = 1_000;

export const recallTool: Tool<z.infer<typeof schema>> = {
  name: 'recall',
  description:
    'Finds what happened earlier in this work, word for word, also after it was folded out of the prompt: ' +
    'query searches all steps, outputs whole; step shows one of them; note keeps a fact for later.',
  schema,
  touches: { writes: false },
  async run({ query, step, call, from, note }, context) {
    const parts: string[] = [];
    if (note !== undefined) parts.push(kept(note));
    if (step !== undefined) parts.push(await stepText({ step, call, from: from ?? 0 }, context));
    if (query !== undefined) parts.push(await hits(query, context));
    if (parts.length === 0)
      throw new ModelFacingError('nothing-asked', 'Give a query (words), a step (number) or a note.');
    return { content: parts.join('\n\n'), ...(note === undefined ? {} : { details: { note } }) };
  },
};

function kept(note: string): string {
  if (note.length > MAX_NOTE_CHARACTERS)
    throw new ModelFacingError(
      'note-too-long',
      `A note may have ${MAX_NOTE_CHARACTERS} characters; this one has ${note.length}. Keep the fact, not its source: recall finds that.`,
    );
  return 'Kept.';
}

async function hits(query: string, { objects, events, handle, embed }: ToolContext): Promise<string> {
  const [{ History }, { joined }] = await Promise.all([
    import('../recall/history.ts'),
    import('../recall/pieces.ts'),
  ]);
  const history = handle('recall', () => new History(objects));
  history.add(earlier(events()));
  let failed = '';
  const search = async () => {
    try {
      return await history.search(query, MAX_HITS, embed);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      failed = `; found by words alone: ${error.message}`;
      return history.search(query, MAX_HITS);
    }
  };
  const { found, total } = await search();
  if (found.length === 0)
    return `Nothing in the steps so far fits ${JSON.stringify(query.slice(0, MAX_QUOTE))}: try other words, a name or a part of the text itself.`;
  const shown = joined(found).map(({ step, source, text }) => `[step ${step}, ${source}]\n${text}`);
  const more = total > found.length ? `${found.length} of ${total} places; ` : '';
  return [...shown, `(${more}recall {"step": N} shows all of a step${failed})`].join('\n\n');
}

/** What this step itself does is in front of whoever asks. */
function earlier(events: readonly Recorded[]): readonly Recorded[] {
  return events.slice(
    0,
    events.findLastIndex(({ event }) => event.type === 'model.requested'),
  );
}

interface Place {
  readonly step: number;
  readonly call: number | undefined;
  readonly from: number;
}

async function stepText(
  { step, call, from }: Place,
  { objects, events, view }: ToolContext,
): Promise<string> {
  const { textOf } = await import('../recall/pieces.ts');
  const lines: string[] = [];
  let last = 0;
  let calls = 0;
  for (const { event } of events()) {
    if (event.type === 'model.requested') last = event.step;
    if (last !== step) continue;
    const wanted = call === undefined || call === calls;
    if (event.type === 'action.completed' && wanted)
      lines.push(event.output === null ? event.content : textOf(objects, event.output));
    if (event.type === 'action.started' && event.parent === undefined) {
      calls += 1;
      if (call === undefined || call === calls) lines.push(`> ${callText(event.tool, event.input ?? {})}`);
    }
    if (call !== undefined) continue;
    if (event.type === 'model.completed')
      lines.push(...event.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
    if (event.type === 'note.added') lines.push(event.text);
  }
  if (lines.length === 0)
    throw new ModelFacingError('no-such-step', nowhere(step, calls, lastStep(events())));
  const whole = lines.join('\n');
  const which = call === undefined ? `step ${step}` : `step ${step}, call ${call}`;
  const room = Math.max(
    LEAST_PAGE,
    Math.min(MAX_STEP_CHARACTERS, view.room ?? MAX_STEP_CHARACTERS) - HEAD_CHARACTERS,
  );
  if (whole.length <= room && from === 0) return `[${which}]\n${whole}`;
  if (from >= whole.length)
    throw new ModelFacingError(
      'no-such-place',
      `${which} has ${whole.length} characters: there is nothing from ${from} on.`,
    );
  const end = Math.min(from + room, whole.length);
  const more = call === undefined ? '' : `, "call": ${call}`;
  const next = end < whole.length ? `\n[go on with recall {"step": ${step}${more}, "from": ${end}}]` : '';
  return `[${which}, characters ${from} to ${end} of ${whole.length}]\n${whole.slice(from, end)}${next}`;
}

function nowhere(step: number, calls: number, last: number): string {
  return calls > 0
    ? `Step ${step} has ${calls} calls.`
    : `There is no step ${step}; the last one is ${last}.`;
}

function lastStep(events: readonly Recorded[]): number {
  return Math.max(0, ...events.map(({ event }) => (event.type === 'model.requested' ? event.step : 0)));
}
