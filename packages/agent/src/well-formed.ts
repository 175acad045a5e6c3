/** In JSON as `JSON.stringify` writes it: one escape, or half of a character that needs two. */
const ESCAPE = /\\(ud[89a-f][0-9a-f]{2}|.)/g;
const HALF = /\\ud[89a-f]/;

/**
 * JSON with no half of a character in it, as is left where a text was cut between the two, or where a model wrote one:
 * providers refuse the whole request for it. Written by `JSON.stringify`, which escapes halves and nothing but them.
 */
export function wellFormedJson(json: string): string {
  if (!HALF.test(json)) return json;
  return json.replaceAll(ESCAPE, (all, it: string) => (it.length > 1 ? '\\ufffd' : all));
}

/** A value made of JSON; itself, where there is nothing to mend. */
export function wellFormed<T>(value: T): T {
  const json = JSON.stringify(value);
  const mended = wellFormedJson(json);
  return mended === json ? value : (JSON.parse(mended) as T);
}
