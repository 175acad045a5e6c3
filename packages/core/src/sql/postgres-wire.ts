import type { MessagePort } from 'node:worker_threads';
import type { SqlRow, SqlValue } from './sql.ts';

/** What the thread that talks to the server is told when it starts. */
export interface ThreadData {
  readonly url: string;
  /** One side of a channel: requests come in, answers go out, one after the other. */
  readonly port: MessagePort;
  /** One number: 0 while the other side waits, 1 when the answer is on its way. */
  readonly signal: Int32Array;
  readonly waitMs: number;
  readonly leaseMs: number;
}

export type Request =
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly values: readonly SqlValue[];
      /** Part of a transaction: another connection has never heard of it. */
      readonly within: boolean;
      /** Prepared once on each connection. False: too many forms of it to keep. */
      readonly keep: boolean;
    }
  /** Several statements without values, within a transaction. */
  | { readonly kind: 'script'; readonly sql: string }
  /** From now on this worker's lease is renewed. */
  | { readonly kind: 'lease'; readonly worker: string; readonly host: string }
  | { readonly kind: 'close' };

export type Answer =
  | { readonly kind: 'rows'; readonly rows: SqlRow[] }
  /** The connection broke before the answer came: it may have been done. A new one is made at the next request. */
  | { readonly kind: 'lost'; readonly message: string }
  /** No connection within the time given. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The server refused; `code` is its SQLSTATE. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export interface Ask {
  readonly id: number;
  readonly request: Request;
}

export interface Reply {
  /** Of the question; an answer to an earlier one is nobody's. */
  readonly id: number;
  readonly answer: Answer;
}
