import type { PrintedFrame } from './frame-source.ts';

/** `\t/path/file.go:12 +0x1d`, below a line with the function. */
const PANIC = /^\t(.+\.go):(\d+)(?: \+0x[0-9a-f]+)?\s*$/;
/** `    file_test.go:12: message`: what `t.Error` prints. */
const LOGGED = /^\s+([\w./-]+\.go):(\d+): /;

/** Go panics and the places `testing` prints. */
export function readGo(text: string): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  let above = '';
  for (const line of text.split('\n')) {
    const panic = PANIC.exec(line);
    const match = panic ?? LOGGED.exec(line);
    if (match) {
      const frame = { path: match[1]!, line: Number(match[2]) };
      const name = panic ? above.replace(/\((?:0x|\{|\.\.\.|\)).*$/, '').replace(/^created by /, '') : '';
      frames.push(name ? { ...frame, name } : frame);
    }
    above = line;
  }
  return frames;
}
