import { type Model, ModelError } from '@heddle/models';
import { type Consulted, type ConsultOptions, consult } from '../consult.ts';
import { COMPARATOR_PROMPT } from '../prompts/comparator.ts';
import { type Contest, questionText, swapped } from './question.ts';

export interface Comparison {
  /** Which of the candidates; null: it could not say, or said one thing in one order and another in the other. */
  readonly winner: 0 | 1 | null;
  /** For people, one line. */
  readonly why: string;
  /** What was asked, for the ledger. */
  readonly consultations: readonly Consulted[];
}

/** Of a reason that is journaled. */
const MAX_WHY_CHARACTERS = 300;

/** A line that holds an answer and nothing before it. */
const ANSWER = /^[\s*_`"']*(FIRST|SECOND|EQUAL)[\s*_`"']*(?::(.*))?$/i;

type Place = 'first' | 'second' | 'equal';

/**
 * Asks a model which of two patches is better, in both orders: whoever prefers what stands first, as models judging
 * pairs are known to ("Judging LLM-as-a-Judge", Zheng et al. 2023), contradicts itself and decides nothing. A model
 * that fails decides nothing either. Rejects only with ModelError `aborted`, or with what `onConsulted` throws.
 */
export async function compare(
  contest: Contest & { readonly model: Model },
  options: Omit<ConsultOptions, 'role'>,
): Promise<Comparison> {
  const { model } = contest;
  const consultations: Consulted[] = [];
  const onConsulted = (consulted: Consulted) => {
    consultations.push(consulted);
    options.onConsulted?.(consulted);
  };
  const asking = { ...options, onConsulted };
  const undecided = (why: string) => ({ winner: null, why: clip(`${model.id} ${why}`), consultations });
  try {
    const one = await ask(model, contest, asking);
    if (one === null) return undecided('gave no answer that can be read');
    // Whatever the other order brought, it would not be a preference.
    if (one.place === 'equal') return undecided(`finds them equal: ${one.why}`);
    const other = await ask(model, swapped(contest), asking);
    if (other === null) return undecided('gave no answer that can be read');
    if (other.place === 'equal') return undecided('finds them equal in one of the two orders');
    if (other.place === one.place)
      return undecided(`contradicts itself: it chose what stood ${one.place} in both orders`);
    return { winner: one.place === 'first' ? 0 : 1, why: clip(`${model.id}: ${one.why}`), consultations };
  } catch (error) {
    if (!(error instanceof ModelError) || error.code === 'aborted') throw error;
    return undecided(`could not be asked: ${error.message}`);
  }
}

async function ask(model: Model, contest: Contest, options: Omit<ConsultOptions, 'role'>) {
  const { content } = await consult(
    model,
    {
      prompt: [
        { role: 'system', content: COMPARATOR_PROMPT },
        { role: 'user', content: [{ type: 'text', text: questionText(contest, model.contextTokens) }] },
      ],
      tools: [],
    },
    { ...options, role: 'comparator' },
  );
  return read(content.map((part) => (part.type === 'text' ? part.text : '')).join(''));
}

/** Null: no line, or more than one, is an answer. */
function read(text: string): { readonly place: Place; readonly why: string } | null {
  const answers = text.split('\n').flatMap((line) => {
    const [, place, why = ''] = ANSWER.exec(line) ?? [];
    return place === undefined ? [] : [{ place: place.toLowerCase() as Place, why: why.trim() }];
  });
  return answers.length === 1 ? answers[0]! : null;
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_WHY_CHARACTERS ? line : `${line.slice(0, MAX_WHY_CHARACTERS)}…`;
}
