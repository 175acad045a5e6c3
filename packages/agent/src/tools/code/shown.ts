import { stripVTControlCharacters } from 'node:util';
import { excerpt } from '../../excerpt.ts';
import type { ToolImage } from '../../tool.ts';
import type { MimeBundle } from './protocol.ts';

/** Kept of what a program prints, at its beginning and at its end: what can still be looked through afterwards. */
const KEPT_CHARACTERS = 1_000_000;
/** Pictures of one action that the model is given; each is some 1,500 tokens. */
const MAX_IMAGES = 4;
/** Providers refuse pictures above 5 MB in base64. */
const MAX_IMAGE_BYTES = 3_500_000;

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** What one run of code shows, in the order it came: text, values as text, and pictures with their place in the text. */
export class Shown {
  readonly images: ToolImage[] = [];
  #head = '';
  #tail = '';
  #length = 0;
  #leftOut = 0;

  get empty(): boolean {
    return this.#length === 0;
  }

  print(text: string): void {
    this.#length += text.length;
    const room = KEPT_CHARACTERS - this.#head.length;
    this.#head += text.slice(0, room);
    if (text.length <= room) return;
    const tail = this.#tail + text.slice(room);
    this.#tail = tail.length > 2 * KEPT_CHARACTERS ? tail.slice(-KEPT_CHARACTERS) : tail;
  }

  display(data: MimeBundle): void {
    const type = IMAGE_TYPES.find((each) => typeof data[each] === 'string');
    if (type !== undefined) this.image(type, Buffer.from(data[type] as string, 'base64'));
    else this.#line(textOf(data));
  }

  image(mediaType: string, bytes: Buffer): void {
    if (this.images.length >= MAX_IMAGES) {
      this.#leftOut += 1;
      return;
    }
    if (bytes.length > MAX_IMAGE_BYTES) {
      this.#line(
        `[an image of ${bytes.length} bytes is not shown: at most ${MAX_IMAGE_BYTES}; make it smaller]`,
      );
      return;
    }
    this.images.push({ mediaType, bytes });
    this.#line(`[image ${this.images.length}: ${mediaType}${sizeOf(bytes)}]`);
  }

  /** The text, cut in the middle if it is long, and the whole of it if it was cut. */
  text(): { readonly text: string; readonly full?: string; readonly lines?: string } {
    const beyond = this.#length - this.#head.length - Math.min(this.#tail.length, KEPT_CHARACTERS);
    const gap = beyond > 0 ? `\n[… ${beyond} characters were not kept …]\n` : '';
    const whole = stripVTControlCharacters(this.#head + gap + this.#tail.slice(-KEPT_CHARACTERS));
    const { text, cut, lines } = excerpt(whole);
    const lost =
      this.#leftOut === 0
        ? []
        : [`[${this.#leftOut} more images are not shown: at most ${MAX_IMAGES} a call]`];
    return {
      text: [text.trimEnd(), ...lost].filter((part) => part !== '').join('\n'),
      ...(cut ? { full: whole } : {}),
      ...(lines === undefined ? {} : { lines }),
    };
  }

  #line(text: string): void {
    const before = this.#tail === '' ? this.#head : this.#tail;
    this.print(`${before === '' || before.endsWith('\n') ? '' : '\n'}${text}\n`);
  }
}

/** A plain text that only names the object says less than its HTML without the tags. */
function textOf(data: MimeBundle): string {
  const { 'text/plain': plain, 'text/markdown': markdown, 'text/html': html } = data;
  if (typeof markdown === 'string') return markdown;
  const vague = typeof plain !== 'string' || /^<.* (?:object|at 0x)/.test(plain);
  if (vague && typeof html === 'string') return withoutTags(html);
  return typeof plain === 'string' ? plain : Object.keys(data).join(', ');
}

function withoutTags(html: string): string {
  return html
    .replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, '')
    .replaceAll(/<\/t[dh]>/gi, '\t')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/[ \t]*\n\s*/g, '\n')
    .trim();
}

/** Pixels of a PNG, from its header. */
function sizeOf(bytes: Buffer): string {
  const png = bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47;
  return png ? `, ${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}` : '';
}
