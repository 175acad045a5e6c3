/**
 * Every failure has one of three readers, and its class says which:
 * the model (it can correct it), the operator (one line, what to do next, no stack),
 * the developer (a bug, loud: any other `Error`).
 *
 * Nobody matches on message text: `code` is the stable name of the failure.
 */
abstract class HeddleError extends Error {
  abstract readonly reader: 'model' | 'operator';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Told to the model as the result of its action; the rollout goes on. */
export class ModelFacingError extends HeddleError {
  readonly reader = 'model';
}

/** Process exit codes (design §10). */
export const EXIT = {
  solved: 0,
  notVerified: 1,
  usage: 2,
  limit: 3,
  modelUnreachable: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Told to the person who started Heddle: `message` is one line that says what is wrong,
 * `hint` one line that says what to do about it. Printed without a stack.
 */
export class OperatorError extends HeddleError {
  readonly reader = 'operator';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { hint?: string; exitCode?: ExitCode } = {},
  ) {
    super(code, message, options);
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`…), if it is one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A one-line text for any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
