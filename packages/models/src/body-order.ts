type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The part of a request that grows from step to step: chat and Anthropic, Responses, Gemini. */
const GROWING: readonly string[] = ['messages', 'input', 'contents'];

/**
 * `fetch` that puts the growing part of a request's JSON last. Providers' packages write tools and options after
 * the messages, so that two consecutive bodies share only what is before them; this way a proxy or a server that
 * caches by prefix sees one long common beginning. What is said stays the same.
 */
export function growingLast(fetch: Fetch): Fetch {
  return (input, init) =>
    fetch(input, typeof init?.body === 'string' ? { ...init, body: reordered(init.body) } : init);
}

export function reordered(body: string): string {
  const parsed: unknown = JSON.parse(body);
  if (parsed === null || typeof parsed !== 'object') return body;
  const entries = Object.entries(parsed);
  const grows = ([key]: [string, unknown]) => GROWING.includes(key);
  return JSON.stringify(
    Object.fromEntries([...entries.filter((entry) => !grows(entry)), ...entries.filter(grows)]),
  );
}
