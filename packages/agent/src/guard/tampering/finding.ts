/** Ways to make a check pass, or a task look done, without doing it. */
export const TAMPERING_KINDS = [
  'test-deleted',
  'test-skipped',
  'test-weakened',
  'expectation-changed',
  'expectation-copied',
  'test-sniffed',
  'runner-changed',
  'check-edited',
  'history-peeked',
] as const;
export type TamperingKind = (typeof TAMPERING_KINDS)[number];

/** `note`: worth knowing. `warning`: to be explained. `grave`: hardly ever honest. */
export type Severity = 'note' | 'warning' | 'grave';

export interface Finding {
  readonly kind: TamperingKind;
  readonly path: string;
  /** 1-based, in the file as it is after the change; null: it is gone, or it is about the whole file. */
  readonly line: number | null;
  /** One line. */
  readonly reason: string;
  readonly severity: Severity;
}

export interface FileChange {
  readonly path: string;
  /** Null: it was not there. */
  readonly before: string | null;
  /** Null: it is gone, or is binary. */
  readonly after: string | null;
}

export function findingLine({ severity, kind, path, line, reason }: Finding): string {
  return `${severity}: ${path}${line === null ? '' : `:${line}`} ${reason} (${kind})`;
}

const ORDER: readonly Severity[] = ['grave', 'warning', 'note'];

export function bySeverity(left: Finding, right: Finding): number {
  return ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity);
}
