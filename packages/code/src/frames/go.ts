import type { PrintedFrame } from './frame-source.ts';

/** `\t/path/file.go:12 +0x1d`, below a line with the function. */
const PANIC = /^\t(.+\.go):(\d+)(?: \+0x[0-9a-f]+)?\s*$/;
/** Go panics. What `t.Error` prints names a file without its folder, so it is no frame. */
export function readGo(text: string): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  let above = '';
  for (const line of text.split('\n')) {
    const match = PANIC.exec(line);
    if (match) {
      const frame = { path: match[1]!, line: Number(match[2]) };
      const name = above.replace(/\((?:0x|\{|\.\.\.|\)).*$/, '').replace(/^created by /, '');
      frames.push(name ? { ...frame, name } : frame);
    }
    above = line;
  }
  return frames;
}
