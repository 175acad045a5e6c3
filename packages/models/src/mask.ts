/** Shapes of keys that providers quote back in their refusals, whole or in part. */
const KEY_SHAPES =
  /\b(?:sk|pk|rk|gsk|xai|hf|AIza|ya29)[-_A-Za-z0-9*.]{7,}[A-Za-z0-9*]|(?<=bearer\s+|x-api-key:\s*)[^\s"',]{6,}/gi;

/** Short values are not secrets but words like `ollama`, and masking them would garble the message. */
const SHORTEST_KEY_CHARS = 6;

/** Takes a known key, its URL-encoded form, and anything that looks like a key out of a text. */
export function maskKeys(text: string, keys: readonly string[] = []): string {
  let masked = text;
  for (const key of keys) {
    if (key.length < SHORTEST_KEY_CHARS) continue;
    masked = masked.replaceAll(key, '***').replaceAll(encodeURIComponent(key), '***');
  }
  return masked.replace(KEY_SHAPES, '***');
}
