import type { CheckSpec, EventOf, Recorded } from '@heddle/core';
import { objectOf } from './json.ts';
import type { Call, Checked, Told, Turn } from './trajectory.ts';

/** An event of a rollout; inherited: of the rollout it was forked from. */
export type Journaled = Recorded & { readonly inherited?: boolean };
export type Building<T> = { -readonly [K in keyof T]: T[K] };
/** Without its end, as long as none has come. */
export type OpenCall = Omit<Building<Call>, 'calls'> & { calls: OpenCall[] };
export type OpenTurn = Omit<Building<Turn>, 'calls'> & { calls: OpenCall[] };

export function baseOf({ position, at, inherited }: Journaled) {
  return { position, at, ...(inherited ? { copied: true as const } : {}) };
}

export function joined(before: string | null, text: string): string {
  return before === null || before === '' ? text : `${before}\n\n${text}`;
}

export function told(by: Told['by'], text: string, recorded: Journaled): Told {
  return { kind: 'told', ...baseOf(recorded), by, text };
}

export function checked(
  { step, check, outcome }: EventOf<'check.completed'>,
  recorded: Journaled,
  spec: CheckSpec | undefined,
  at: number,
): Checked {
  const { status, counts, failing } = outcome;
  const command = spec?.command ?? '';
  const own = { step, name: check, command, status, counts, failing, endedAt: recorded.at };
  return { kind: 'checked', ...baseOf(recorded), at, ...own };
}

/** A turn of which nothing has been said yet. */
export function emptyTurn(recorded: Journaled, step: number, model: string): OpenTurn {
  return {
    kind: 'turn',
    ...baseOf(recorded),
    ...{ step, model, endedAt: null, reasoning: null, text: '', calls: [] },
    ...{ finish: null, usage: null, usd: null },
  };
}

export function openTurn(
  event: EventOf<'model.completed'>,
  recorded: Journaled,
  requested: { readonly position: number; readonly at: number } | null,
  model: string,
): OpenTurn {
  const texts = (type: 'text' | 'reasoning') =>
    event.content.flatMap((part) => (part.type === type ? [part.text] : []));
  const reasoning = texts('reasoning');
  return {
    kind: 'turn',
    ...baseOf(recorded),
    ...(requested ?? {}),
    step: event.step,
    endedAt: recorded.at,
    model: event.model ?? model,
    reasoning: reasoning.length === 0 ? null : reasoning.join('\n\n'),
    text: texts('text').join('\n\n'),
    calls: event.content.flatMap((part) =>
      part.type === 'call' ? [unopened(part.id, part.tool, part.input)] : [],
    ),
    finish: event.finish,
    usage: event.usage,
    usd: event.usd,
  };
}

export function unopened(id: string, tool: string, raw: string): OpenCall {
  const input = objectOf(raw === '' ? '{}' : raw);
  const own = { position: null, at: null, endedAt: null, outcome: null, content: '', images: [], calls: [] };
  return { id, tool, input, ...(input === null ? { raw } : {}), ...own };
}
