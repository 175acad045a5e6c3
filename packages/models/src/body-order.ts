type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The part of a request that grows from step to step: chat and Anthropic, Responses, Gemini. */
const GROWING: readonly string[] = ['messages', 'input', 'contents'];

/**
 * `fetch` that puts the growing part of a request's JSON last. Providers' packages write tools and options after
 * the messages, so that two consecutive bodies share only what is before them; this way a proxy or a server that
 * caches by prefix sees one long common beginning. What is said stays the same.
 */
export function growingLast(fetch: Fetch): Fetch {
  const reorder = reorderer();
  return (input, init) =>
    fetch(input, typeof init?.body === 'string' ? { ...init, body: reorder(init.body) } : init);
}

/** What stands around the growing part of a body, as it was written and as it is sent. */
interface Frame {
  readonly head: string;
  readonly tail: string;
  readonly newHead: string;
}

/**
 * Reorders the bodies of one client. To read a long body costs more than to send it, and what stands around its growing
 * part is the same from step to step: it is read once, and again when it has changed.
 */
export function reorderer(): (body: string) => string {
  let frame: Frame | null = null;
  return (body) => {
    if (frame === null || !fits(frame, body)) frame = frameOf(body);
    return frame === null
      ? reordered(body)
      : `${frame.newHead}${body.slice(frame.head.length, body.length - frame.tail.length)}}`;
  };
}

/**
 * Whether the frame is this body's too. A head ends where a value begins, and a tail closes the one object that a head
 * opens: in valid JSON neither can begin or end inside the growing value or a string, so nothing else need be read.
 */
function fits({ head, tail }: Frame, body: string): boolean {
  return body.length > head.length + tail.length && body.startsWith(head) && body.endsWith(tail);
}

/** Null: the body grows in no one place, or is not written the way `JSON.stringify` does. */
function frameOf(body: string): Frame | null {
  const entries = entriesOf(body);
  const at = entries.findIndex(([key]) => GROWING.includes(key));
  const written = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const others = written.toSpliced(at, 1);
  const name = `${JSON.stringify(entries[at]?.[0])}:`;
  const list = (parts: readonly string[]) => parts.map((part) => `${part},`).join('');
  const frame = {
    head: `{${list(written.slice(0, at))}${name}`,
    tail: `${written
      .slice(at + 1)
      .map((part) => `,${part}`)
      .join('')}}`,
    newHead: `{${list(others)}${name}`,
  };
  const grows = entries.filter(([key]) => GROWING.includes(key)).length;
  return grows === 1 && fits(frame, body) ? frame : null;
}

function reordered(body: string): string {
  const entries = entriesOf(body);
  const grows = ([key]: [string, unknown]) => GROWING.includes(key);
  return entries.some(grows)
    ? JSON.stringify(
        Object.fromEntries([...entries.filter((entry) => !grows(entry)), ...entries.filter(grows)]),
      )
    : body;
}

/** Of anything but an object: none. */
function entriesOf(body: string): [string, unknown][] {
  const parsed: unknown = JSON.parse(body);
  return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)
    ? Object.entries(parsed)
    : [];
}
