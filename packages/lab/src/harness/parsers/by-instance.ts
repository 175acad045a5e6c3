import type { ParseLog } from './parser.ts';

/** Repositories whose tasks use several runners: the parser by the task's number. Another one reads nothing. */
export function byNumber(parsers: Readonly<Record<string, ParseLog>>): ParseLog {
  return (log, context) => parsers[context.instance.split('-').at(-1)!]?.(log, context) ?? new Map();
}
