import type { CallToolResult } from '@modelcontextprotocol/client';
import { excerpt } from '../excerpt.ts';
import type { ToolImage } from '../tool.ts';

/** Of an answer, about 5,000 tokens; the whole is kept. */
const MAX_CHARACTERS = 20_000;
const MAX_IMAGES = 4;
/** As the strictest provider takes them. */
const MAX_IMAGE_BYTES = 5 * 2 ** 20;
const PICTURES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** What a server answered, for the model. */
export interface Answer {
  readonly content: string;
  readonly images: readonly ToolImage[];
  /** The whole text where `content` is an excerpt. */
  readonly full?: string;
}

export function answerOf({ content, structuredContent }: CallToolResult): Answer {
  const images: ToolImage[] = [];
  const lines = content.map((block) => textOf(block, images));
  if (content.length === 0 && structuredContent !== undefined) lines.push(JSON.stringify(structuredContent));
  const whole = lines.join('\n');
  const { text, cut } = excerpt(whole, MAX_CHARACTERS);
  return { content: text === '' ? '(no answer)' : text, images, ...(cut ? { full: whole } : {}) };
}

function textOf(block: CallToolResult['content'][number], images: ToolImage[]): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image': {
      const bytes = Buffer.from(block.data, 'base64');
      const about = `${block.mimeType}, ${bytes.length} bytes`;
      const shown =
        PICTURES.includes(block.mimeType) && bytes.length <= MAX_IMAGE_BYTES && images.length < MAX_IMAGES;
      if (!shown) return `[a picture that cannot be shown: ${about}]`;
      images.push({ mediaType: block.mimeType, bytes });
      return `[picture ${images.length}: ${about}]`;
    }
    case 'audio':
      return `[a sound that cannot be heard: ${block.mimeType}]`;
    case 'resource_link':
      return `[${block.name}: ${block.uri}]`;
    case 'resource': {
      const { resource } = block;
      return 'text' in resource ? `[${resource.uri}]\n${resource.text}` : `[${resource.uri}: not a text]`;
    }
    default:
      return `[${(block satisfies never as { type: string }).type}]`;
  }
}
