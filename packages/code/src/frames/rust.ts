import type { PrintedFrame } from './frame-source.ts';

/** `thread 'name' (12) panicked at src/lib.rs:3:5:`, since Rust 1.73; before: `panicked at 'message', src/lib.rs:3:5`. */
const PANIC = /panicked at (?:'.*', )?([^\s':]+\.rs):(\d+):(\d+)/;
/** `             at ./src/lib.rs:3:5`, below `   4: crate::name`. */
const BACKTRACE = /^\s+at (.+\.rs):(\d+)(?::(\d+))?\s*$/;
const FUNCTION = /^\s*\d+: (?:0x[0-9a-f]+ - )?(.+)$/;

/** Rust panics and the backtraces printed with `RUST_BACKTRACE=1`. */
export function readRust(text: string): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  let name = '';
  for (const line of text.split('\n')) {
    name = FUNCTION.exec(line)?.[1] ?? name;
    const panic = PANIC.exec(line);
    const match = panic ?? BACKTRACE.exec(line);
    if (!match) continue;
    const place = { path: match[1]!, line: Number(match[2]) };
    const frame = match[3] ? { ...place, column: Number(match[3]) } : place;
    frames.push(!panic && name ? { ...frame, name } : frame);
  }
  return frames;
}
