/** A number in [0, 1) that depends on a text alone (FNV-1a, then a finaliser for the low bits). */
function hashUnit(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x45d9f3b);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}

/** A normally distributed number that depends on a text alone. */
export function hashNormal(text: string): number {
  const radius = Math.sqrt(-2 * Math.log(1 - hashUnit(`${text}:r`)));
  return radius * Math.cos(2 * Math.PI * hashUnit(`${text}:a`));
}
