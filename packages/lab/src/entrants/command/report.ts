import type { EventOf, Usage } from '@heddle/core';
import { costOf, priceOf } from '@heddle/models';
import { oneLine } from '../peer/fault.ts';
import type { CommandEntry } from '../peer/peer-entry.ts';

interface Report {
  readonly spent: Pick<EventOf<'peer.spent'>, 'usage' | 'usd'> | null;
  /** In one line. */
  readonly summary: string | null;
}

const NOTHING: Report = { spent: null, summary: null };

/**
 * What a command line says of itself in JSON, by the paths of its entry. `text`: the file it was to write, or all it has
 * printed, whose last line or last object counts. Where it tells tokens but no money, the model's price is taken.
 */
export function readReport({ output_json: paths }: CommandEntry, text: string, model: string): Report {
  if (paths === undefined) return NOTHING;
  const values = jsonIn(text);
  if (values === null) return NOTHING;
  const number = (path: string | undefined) => (path === undefined ? 0 : sum(at(values, path)));
  const usage: Usage = {
    inputTokens: number(paths.inputTokens),
    cacheReadTokens: number(paths.cacheReadTokens),
    cacheWriteTokens: number(paths.cacheWriteTokens),
    outputTokens: number(paths.outputTokens),
    reasoningTokens: number(paths.reasoningTokens),
  };
  const tells = Object.values(usage).some((tokens) => tokens > 0);
  const { price } = priceOf(model);
  const usd =
    paths.usd === undefined ? (price.unknown === true ? 0 : costOf(usage, price)) : number(paths.usd);
  const said = paths.summary === undefined ? [] : at(values, paths.summary);
  const summary = said.find((value) => typeof value === 'string' && value.trim() !== '');
  return {
    spent: tells || usd > 0 ? { usage: tells ? usage : null, usd } : null,
    summary: typeof summary === 'string' ? oneLine(summary) : null,
  };
}

/** The whole as one value; else its lines that are JSON, as a list; else what stands from the last line that begins one. */
function jsonIn(text: string): unknown {
  const whole = parsed(text);
  if (whole !== undefined) return whole;
  const lines = text.split('\n').flatMap((line) => {
    const value = /^\s*[{[]/.test(line) ? parsed(line) : undefined;
    return value === undefined ? [] : [value];
  });
  if (lines.length > 0) return lines.length === 1 ? lines[0] : lines;
  const starts = [...text.matchAll(/^[{[]/gm)].map(({ index }) => index).toReversed();
  for (const start of starts) {
    const value = parsed(text.slice(start));
    if (value !== undefined) return value;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All values at a path; `*` stands for every element, and a list on the way is gone into where a name is asked for. */
function at(value: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>((found, key) => found.flatMap((each) => step(each, key)), [value]);
}

function step(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value);
  if (Array.isArray(value) && !/^\d+$/.test(key)) return value.flatMap((each) => step(each, key));
  const inner = (value as Record<string, unknown>)[key];
  return inner === undefined ? [] : [inner];
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0);
}
