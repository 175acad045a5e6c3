import type { PrintedFrame } from './frame-source.ts';

/** `at name (place:1:2)`, `at async name (…)`, `at place:1:2`; eval frames name the place the code was evaluated at. */
const FRAME = /^\s*at (?:async )?(.*)$/;
/** `❯ name place:1:2`: vitest's form, its paths relative to the root. */
const MARKED = /^\s*❯ (.*)$/;
const PLACE = /^(.*?):(\d+):(\d+)$/;
/** `at name (eval at outer (/a.js:1:2), <anonymous>:1:2)`: the place of the outermost evaluation is in the text. */
const EVAL = /eval at .*?\(?([^\s()]+):(\d+):(\d+)\)/;
/** `/a/b.js:12` above a source line and carets: how Node shows an uncaught error or a syntax error. */
const UNCAUGHT = /^((?:file:\/\/|\/|[A-Za-z]:\\)\S.*):(\d+)$/;

/** Stack traces of V8 (Node, Bun, Deno) and the `❯ place` lines vitest makes of them. */
export function readV8(text: string): PrintedFrame[] {
  const frames: PrintedFrame[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const frame = FRAME.exec(line);
    const marked = MARKED.exec(line);
    const found = frame
      ? fromFrame(frame[1]!.trim())
      : marked
        ? fromMarked(marked[1]!.trim())
        : uncaught(line, lines, index);
    if (found) frames.push(found);
  }
  return frames;
}

function fromFrame(body: string): PrintedFrame | null {
  const evaluated = EVAL.exec(body);
  if (evaluated) return { path: evaluated[1]!, line: Number(evaluated[2]), column: Number(evaluated[3]) };
  const open = body.endsWith(')') ? body.indexOf(' (') : -1;
  const place = PLACE.exec(open < 0 ? body : body.slice(open + 2, -1));
  if (!place) return null;
  const name = open < 0 ? '' : body.slice(0, open).replace(/ \[as .*\]$/, '');
  return named(name, place);
}

/** vitest separates name and place by a space only; a place with a space in it loses what precedes the last one. */
function fromMarked(body: string): PrintedFrame | null {
  const space = body.lastIndexOf(' ');
  const place = PLACE.exec(body.slice(space + 1));
  return place && named(space < 0 ? '' : body.slice(0, space), place);
}

function named(name: string, place: RegExpExecArray): PrintedFrame {
  const frame = { path: place[1]!, line: Number(place[2]), column: Number(place[3]) };
  return name && name !== '<anonymous>' ? { ...frame, name } : frame;
}

function uncaught(line: string, lines: readonly string[], index: number): PrintedFrame | null {
  const place = UNCAUGHT.exec(line.trimEnd());
  return place && /^\s*\^+\s*$/.test(lines[index + 2] ?? '')
    ? { path: place[1]!, line: Number(place[2]) }
    : null;
}
