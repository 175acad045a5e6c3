import { OperatorError } from '@heddle/core';

/** Where in a file something is wrong. */
export interface Spot {
  readonly file: string;
  /** From 1; null: the file as a whole. */
  readonly line?: number | null;
}

/** The one failure of every adapter: a file that is not what its published form says. */
export function unreadable(
  { file, line = null }: Spot,
  what: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): OperatorError {
  return new OperatorError(
    'dataset-unreadable',
    `${file}${line === null ? '' : `:${line}`}: ${what}`,
    options,
  );
}
