import { createHash } from 'node:crypto';

export type Value = string | number | boolean | readonly string[];
export type Attributes = Record<string, Value>;

/** A span before it is one of the library's. Times are milliseconds since 1970. */
export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  /** `client`: something outside was asked. */
  readonly kind: 'internal' | 'client';
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: Attributes }[];
  /** It failed, and this is how. */
  readonly error: string | null;
}

/** The same rollout always has the same trace: sent twice, it does not stand there twice. */
export function traceIdOf(rollout: string): string {
  return createHash('sha256').update(`trace ${rollout}`).digest('hex').slice(0, 32);
}

/** By the rollout and what of it: an event's position, or `agent` for the whole. */
export function spanIdOf(rollout: string, what: string | number): string {
  return createHash('sha256').update(`span ${rollout} ${what}`).digest('hex').slice(0, 16);
}
