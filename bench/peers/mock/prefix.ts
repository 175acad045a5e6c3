import { Buffer } from 'node:buffer';
import { fieldsOf } from './json.ts';
import type { Prompt } from './wire.ts';

/**
 * A prompt as the model reads it: tools, system, then a line for each message. Cache marks wander from request to
 * request by design and are no part of it; a lone block of text and a plain string are the same.
 */
export function asRead({ tools, system, messages }: Prompt): Buffer {
  const lines = [tools, system, ...messages].map((part) => JSON.stringify(withoutMarks(part)));
  return Buffer.from(`${lines.join('\n')}\n`);
}

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (value === null || typeof value !== 'object') return value;
  const found: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value))
    if (key !== 'cache_control') found[key] = withoutMarks(inner);
  const [only, ...more] = Array.isArray(found.content) ? found.content : [];
  const block = fieldsOf(only);
  if (more.length === 0 && block.type === 'text' && Object.keys(block).length === 2)
    found.content = block.text;
  return found;
}

/** How many bytes are the same from the beginning on. */
export function sharedBytes(left: Buffer, right: Buffer): number {
  const most = Math.min(left.length, right.length);
  let same = 0;
  for (let stride = 1 << 16; stride >= 1; stride >>= 2)
    while (same + stride <= most && left.compare(right, same, same + stride, same, same + stride) === 0)
      same += stride;
  return same;
}
