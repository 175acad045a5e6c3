import { ModelFacingError } from '@heddle/core';
import type { ToolResult } from '../../tool.ts';

/** What the providers take at most. */
const MAX_BYTES = 5 * 2 ** 20;

const KINDS: readonly (readonly [mediaType: string, at: number, magic: string])[] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
];

/** A picture for models that see, by its first bytes; null for any other file. */
export function pictureIn(path: string, bytes: Buffer): ToolResult | null {
  const head = bytes.toString('latin1', 0, 16);
  const kind = KINDS.find(([, at, magic]) => head.startsWith(magic, at));
  if (kind === undefined || (kind[0] === 'image/webp' && !head.startsWith('RIFF'))) return null;
  const [mediaType] = kind;
  if (bytes.length > MAX_BYTES) {
    throw new ModelFacingError(
      'picture-too-large',
      `${path} is a picture of ${bytes.length} bytes; at most ${MAX_BYTES} can be shown. Make a smaller copy with bash and view that.`,
    );
  }
  return {
    content: `${path}: ${mediaType}, ${bytes.length} bytes.`,
    details: { path, mediaType, bytes: bytes.length },
    images: [{ mediaType, bytes }],
  };
}
