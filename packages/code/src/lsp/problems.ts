import type { RawDiagnostic } from './answers.ts';

/** What a language server has against a file, in our terms. */
export interface Problem {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  /** The server's own name for it: `TS2322`, `reportReturnType`. */
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/** Errors and warnings in the order of lines; information and hints (unused names) are nobody's problem. */
export function problemsOf(path: string, diagnostics: readonly RawDiagnostic[]): Problem[] {
  return diagnostics
    .filter(({ severity }) => severity <= 2)
    .map(({ range, severity, code, source, message }) => ({
      path,
      line: range.start.line + 1,
      severity: severity === 1 ? ('error' as const) : ('warning' as const),
      code: source === 'ts' && code !== '' ? `TS${code}` : code,
      message: message.replaceAll(/\s*\n\s*/g, ' '),
    }))
    .sort((a, b) => a.line - b.line);
}

/**
 * Those of `after` that `before` did not have. Lines move with an edit, so a problem is known by its file, code and
 * text; of several alike as many are new as there are more.
 */
export function newProblems(before: readonly Problem[], after: readonly Problem[]): Problem[] {
  const known = new Map<string, number>();
  const name = ({ path, severity, code, message }: Problem) => [path, severity, code, message].join('\0');
  for (const problem of before) known.set(name(problem), (known.get(name(problem)) ?? 0) + 1);
  // The last ones of several alike are taken for new: an edit that doubles a mistake mostly adds it below.
  return after.filter((problem) => {
    const left = known.get(name(problem)) ?? 0;
    known.set(name(problem), left - 1);
    return left <= 0;
  });
}

export function problemLine({ path, line, severity, code, message }: Problem): string {
  return `${path}:${line} ${severity}${code === '' ? '' : ` ${code}`}: ${message}`;
}
