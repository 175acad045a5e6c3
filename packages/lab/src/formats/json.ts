/** The JSON object that a text is; null: it is none. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A JSON array, an element at a time. */
export function* arrayText(values: Iterable<unknown>): Generator<string> {
  yield '[';
  let first = true;
  for (const value of values) {
    yield first ? JSON.stringify(value) : `,${JSON.stringify(value)}`;
    first = false;
  }
  yield ']';
}

/** A member of a JSON object whose value is written in pieces. */
export interface Streamed {
  readonly pieces: () => Iterable<string>;
}

/** A JSON object, member by member; what is undefined is left out. */
export function* objectText(members: Readonly<Record<string, unknown | Streamed>>): Generator<string> {
  let separator = '{';
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    separator = ',';
    if (isStreamed(value)) yield* value.pieces();
    else yield JSON.stringify(value);
  }
  yield separator === '{' ? '{}' : '}';
}

function isStreamed(value: unknown): value is Streamed {
  return isObject(value) && typeof value.pieces === 'function';
}

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
