import type { PrintedFrame } from './frame-source.ts';

/** Where compilers and transformers say that a file is wrong. Each pattern gives path, line and, if known, column. */
const PLACES: readonly RegExp[] = [
  /^\s*[╭┌]─+\[ ?(.+?):(\d+):(\d+) ?\]/, // oxc, swc
  /^(?:\S+ \[ERROR\] )?(\/.+?):(\d+):(\d+): ERROR: /, // esbuild
  /^SyntaxError: (\/.+?): .*\((\d+):(\d+)\)$/, // babel
  /^(\S.*?\.[cm]?tsx?)\((\d+),(\d+)\): error TS\d+: /, // tsc
  /^(\S.*?\.[cm]?tsx?):(\d+):(\d+) - error TS\d+: /, // tsc --pretty
  /^\s+--> (\S.*?\.rs):(\d+):(\d+)$/, // rustc
  /^(\S+\.go):(\d+):(\d+): /, // go build, go vet
];

/** Places of compile errors; they are no stack, but where a person looks first. */
export function readCompilers(text: string): PrintedFrame[] {
  return text.split('\n').flatMap((line) => {
    for (const pattern of PLACES) {
      const match = pattern.exec(line);
      if (match) return [{ path: match[1]!, line: Number(match[2]), column: Number(match[3]) }];
    }
    return [];
  });
}
