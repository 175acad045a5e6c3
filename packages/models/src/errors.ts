import { EXIT, type ExitCode, OperatorError } from '@heddle/core';

/** Every way in which asking a model can fail. A new code does not compile until {@link FAILURES} decides about it. */
export type ModelErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'out-of-credit'
  | 'rate-limited'
  | 'overloaded'
  | 'server-error'
  | 'stream-cut'
  | 'silent'
  | 'unreachable'
  | 'redirected'
  | 'empty-reply'
  | 'context-too-long'
  | 'bad-request'
  | 'aborted';

export interface Failure {
  /** What it is, in a few words. */
  readonly words: string;
  /** The same request may succeed later. */
  readonly retryable: boolean;
  readonly exitCode: ExitCode;
  /** What the person can do, once retrying is over. */
  readonly hint: string;
}

const WAIT_HINT = 'try again later with `heddle resume`, or choose another model with --model';

export const FAILURES: Readonly<Record<ModelErrorCode, Failure>> = {
  unauthorized: {
    words: 'the key was refused',
    retryable: false,
    exitCode: EXIT.usage,
    hint: 'check the key',
  },
  forbidden: {
    words: 'not allowed',
    retryable: false,
    exitCode: EXIT.usage,
    hint: 'the key may not use this model: check its permissions, or choose another model with --model',
  },
  'not-found': {
    words: 'no such model',
    retryable: false,
    exitCode: EXIT.usage,
    hint: '`heddle models` lists what can be used; check the spelling and the base URL',
  },
  'out-of-credit': {
    words: 'no credit left',
    retryable: false,
    exitCode: EXIT.modelUnreachable,
    hint: "add credit in the provider's console, then `heddle resume`",
  },
  'rate-limited': {
    words: 'rate limited',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: WAIT_HINT,
  },
  overloaded: { words: 'overloaded', retryable: true, exitCode: EXIT.modelUnreachable, hint: WAIT_HINT },
  'server-error': {
    words: 'server error',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: WAIT_HINT,
  },
  'stream-cut': {
    words: 'the reply was cut off',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: WAIT_HINT,
  },
  silent: {
    words: 'no answer',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: 'a slow local server may need more time: set `silenceSeconds` for the provider in the configuration',
  },
  unreachable: {
    words: 'cannot be reached',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: 'check the network, the proxy and the base URL, then `heddle resume`',
  },
  redirected: {
    words: 'the address is another one',
    retryable: false,
    exitCode: EXIT.usage,
    hint: 'a key is not sent to where it was not meant to go: if the new address is right, make it the base URL',
  },
  'empty-reply': {
    words: 'empty reply',
    retryable: true,
    exitCode: EXIT.modelUnreachable,
    hint: WAIT_HINT,
  },
  'context-too-long': {
    words: 'the conversation is longer than the model can read',
    retryable: false,
    exitCode: EXIT.limit,
    hint: 'choose a model with a larger context window with --model',
  },
  'bad-request': {
    words: 'the request was refused',
    retryable: false,
    exitCode: EXIT.usage,
    hint: 'the model may not support a setting in the configuration; see `heddle models`',
  },
  aborted: {
    words: 'stopped',
    retryable: false,
    exitCode: EXIT.interrupted,
    hint: '`heddle resume` goes on',
  },
};

/** Why a request failed. `message` is one line: the model, what happened, and the provider's own words. */
export class ModelError extends OperatorError {
  declare readonly code: ModelErrorCode;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Seconds the provider asks to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ModelErrorCode,
    message: string,
    options: ErrorOptions & {
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
      hint?: string;
    } = {},
  ) {
    const { hint, exitCode } = FAILURES[code];
    super(code, message, { cause: options.cause, hint: options.hint ?? hint, exitCode });
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
