import type { PrintedFrame } from './frame-source.ts';

const TRACEBACK = /^\s*File "([^"]+)", line (\d+)(?:,? in (.+))?$/;
/** pytest: `path.py:12: ValueError` and `path.py:12: in name`, at the start of a line. */
const PYTEST = /^([^\s:][^:\n]*\.pyi?):(\d+): (?:in (.+)|[\w.]*)\s*$/;

/** Python tracebacks (printed outermost first, so turned round here) and pytest's own form of them. */
export function readPython(text: string): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  for (const line of text.split('\n')) {
    const match = TRACEBACK.exec(line) ?? PYTEST.exec(line);
    if (!match) continue;
    const frame = { path: match[1]!, line: Number(match[2]) };
    frames.unshift(match[3] ? { ...frame, name: match[3].trim() } : frame);
  }
  return frames;
}
