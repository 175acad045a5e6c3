/**
 * Reads what a language server sent. It runs in the sandbox and may be a program of the repository: whatever does not
 * have the protocol's shape is left out.
 */

/** 0-based; `character` counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export interface RawDiagnostic {
  readonly range: Range;
  readonly message: string;
  /** 1 error, 2 warning, 3 information, 4 hint. */
  readonly severity: number;
  readonly code: string;
  readonly source: string;
  /** As it came: quick fixes are asked for with it. */
  readonly raw: unknown;
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

export type EditsByUri = ReadonlyMap<string, readonly TextEdit[]>;

export function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function positionOf(value: unknown): Position | null {
  const { line, character } = objectOf(value) ?? {};
  const [row, column] = [numberOf(line), numberOf(character)];
  return row === null || column === null ? null : { line: row, character: column };
}

function rangeOf(value: unknown): Range | null {
  const { start, end } = objectOf(value) ?? {};
  const [from, to] = [positionOf(start), positionOf(end)];
  return from === null || to === null ? null : { start: from, end: to };
}

/** `Location`, `Location[]` or `LocationLink[]`. */
export function locationsOf(answer: unknown): Location[] {
  return listOf(answer).flatMap((each) => {
    const { uri, range, targetUri, targetSelectionRange } = objectOf(each) ?? {};
    const where = typeof uri === 'string' ? uri : targetUri;
    const span = rangeOf(typeof uri === 'string' ? range : targetSelectionRange);
    return typeof where === 'string' && span !== null ? [{ uri: where, range: span }] : [];
  });
}

/** The text of a hover, whichever of its four shapes it has. */
export function hoverOf(answer: unknown): string {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : ((objectOf(value)?.value as string | undefined) ?? '');
  return listOf(objectOf(answer)?.contents)
    .map(text)
    .filter((part) => typeof part === 'string' && part.trim() !== '')
    .join('\n')
    .replaceAll(/^```.*\n?/gm, '') // fences and rules are for screens
    .replaceAll(/^---+\n?/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

export function diagnosticsOf(items: unknown): RawDiagnostic[] {
  return listOf(items).flatMap((raw) => {
    const { range, message, severity, code, source } = objectOf(raw) ?? {};
    const span = rangeOf(range);
    if (span === null || typeof message !== 'string') return [];
    return [
      {
        range: span,
        message,
        severity: numberOf(severity) ?? 1,
        code: typeof code === 'string' || typeof code === 'number' ? `${code}` : '',
        source: typeof source === 'string' ? source : '',
        raw,
      },
    ];
  });
}

/** Edits of a `WorkspaceEdit`; null: it also makes, moves or removes files, which is not ours to do. */
export function editsOf(answer: unknown): EditsByUri | null {
  const { changes, documentChanges } = objectOf(answer) ?? {};
  const edits = new Map<string, TextEdit[]>();
  const add = (uri: string, list: unknown) => {
    for (const each of listOf(list)) {
      const { range, newText } = objectOf(each) ?? {};
      const span = rangeOf(range);
      if (span !== null && typeof newText === 'string')
        edits.set(uri, [...(edits.get(uri) ?? []), { range: span, newText }]);
    }
  };
  for (const change of listOf(documentChanges)) {
    const { kind, textDocument, edits: list } = objectOf(change) ?? {};
    const uri = objectOf(textDocument)?.uri;
    if (kind !== undefined || typeof uri !== 'string') return null;
    add(uri, list);
  }
  if (documentChanges === undefined)
    for (const [uri, list] of Object.entries(objectOf(changes) ?? {})) add(uri, list);
  return edits;
}

export interface CodeAction {
  readonly title: string;
  readonly kind: string;
  readonly preferred: boolean;
  readonly edit: unknown;
  readonly raw: unknown;
}

/** Actions with or to be completed by an edit; bare commands are not for us. */
export function actionsOf(answer: unknown): CodeAction[] {
  return listOf(answer).flatMap((raw) => {
    const { title, kind, edit, data, isPreferred, disabled } = objectOf(raw) ?? {};
    if (typeof title !== 'string' || disabled !== undefined) return [];
    if (edit === undefined && data === undefined) return [];
    return [
      { title, kind: typeof kind === 'string' ? kind : '', preferred: isPreferred === true, edit, raw },
    ];
  });
}
