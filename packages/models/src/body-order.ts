export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The part of a request that grows from step to step: chat and Anthropic, Responses, Gemini. */
const GROWING: readonly string[] = ['messages', 'input', 'contents'];

/** A request's body, taken apart. */
export interface Body {
  /** All but the growing part, as it is written: a comma behind each. */
  readonly rest: string;
  /** The name of the growing part. */
  readonly name: string;
  /** Its elements. */
  readonly growing: readonly unknown[];
}

/**
 * `fetch` that puts the growing part of a request's JSON last. Providers' packages write tools and options after
 * the messages, so that two consecutive bodies share only what is before them; this way a proxy or a server that
 * caches by prefix sees one long common beginning. What is said stays the same.
 */
export function growingLast(fetch: Fetch): Fetch {
  return (input, init) =>
    fetch(input, typeof init?.body === 'string' ? { ...init, body: reordered(init.body) } : init);
}

export function reordered(text: string): string {
  const body = takenApart(text);
  return body === null
    ? text
    : written(
        body,
        body.growing.map((element) => JSON.stringify(element)),
      );
}

/** Null: it is no object, or no part of it grows. */
export function takenApart(text: string): Body | null {
  const parsed: unknown = JSON.parse(text);
  if (parsed === null || typeof parsed !== 'object') return null;
  const entries = Object.entries(parsed);
  const found = entries.find(([name, value]) => GROWING.includes(name) && Array.isArray(value));
  if (found === undefined) return null;
  const rest = entries
    .filter((entry) => entry !== found)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`);
  return { rest: rest.join(''), name: found[0], growing: found[1] as unknown[] };
}

/** The growing part last, made of elements that are written already. */
export function written({ rest, name }: Body, elements: readonly string[]): string {
  return `{${rest}${JSON.stringify(name)}:[${elements.join(',')}]}`;
}
