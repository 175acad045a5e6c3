import type { OutFile } from '@heddle/lab';
import { strToU8, Zip, ZipDeflate } from 'fflate';

/** Characters packed at once. */
const BLOCK = 64 * 1024;

/** Files as one zip, made while it is taken. */
export async function* zipped(files: Iterable<OutFile>): AsyncGenerator<Uint8Array> {
  const packed: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    packed.push(chunk);
  });
  for (const { path, pieces } of files) {
    const file = new ZipDeflate(path);
    zip.add(file);
    let text = '';
    const flush = (last: boolean) => {
      file.push(strToU8(text), last);
      text = '';
    };
    for await (const piece of pieces()) {
      if (typeof piece === 'string') text += piece;
      if (typeof piece !== 'string' || text.length >= BLOCK) flush(false);
      if (typeof piece !== 'string') file.push(piece);
      yield* packed.splice(0);
    }
    flush(true);
    yield* packed.splice(0);
  }
  zip.end();
  yield* packed.splice(0);
}
