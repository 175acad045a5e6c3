import type { Frame } from '../checks.ts';
import { readCompilers } from './compilers.ts';
import { ownPath, type ReadTrace } from './frame-source.ts';
import { readGo } from './go.ts';
import { readPython } from './python.ts';
import { readRust } from './rust.ts';
import { readV8 } from './v8.ts';

/** Every runtime whose stack traces we read; a text of one of them holds nothing the others' forms match. */
const TRACES: readonly ReadTrace[] = [readRust, readGo, readPython, readV8, readCompilers];

/**
 * The stack frames in a text that lie in the project's own files: inside `root` and outside dependency folders.
 * Innermost first within each trace; a repeated place is kept once.
 */
export function readFrames(text: string, root: string): Frame[] {
  const frames = new Map<string, Frame>();
  for (const read of TRACES) {
    for (const frame of read(text)) {
      const path = ownPath(frame.path, root);
      const key = `${path}:${frame.line}:${frame.column}`;
      if (path !== null && !frames.has(key)) frames.set(key, { ...frame, path });
    }
  }
  return [...frames.values()];
}
