import { isTestFile } from '@heddle/code';

/** One file of a git patch as text. */
interface Section {
  readonly path: string;
  /** Up to the first hunk. */
  readonly head: readonly string[];
  readonly hunks: readonly Hunk[];
  /** Added, deleted, renamed, binary, another mode: it is there or it is not. */
  readonly whole: boolean;
}

interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * The patches that remain when each part of a patch is taken away in turn. A part is a run of lines removed or added with
 * none between that stays, or a whole file where it is added, removed, renamed or binary. Test files are no parts.
 * What is asked of a patch without one of its parts is whether anything needs that part (delta debugging: Zeller &
 * Hildebrandt 2002; patches are minimised so since GenProg, Le Goues et al. 2012).
 */
export function withoutEachPart(patch: string): string[] {
  const sections = sectionsOf(patch);
  const rests: string[] = [];
  for (const [index, section] of sections.entries()) {
    if (isTestFile(section.path)) continue;
    const put = (instead: string) =>
      rests.push(sections.map((each, at) => (at === index ? instead : textOf(each))).join(''));
    if (section.whole) put('');
    else
      for (const [nth, hunk] of section.hunks.entries())
        for (const block of blocksOf(hunk)) {
          const hunks = section.hunks.map((each, at) => (at === nth ? without(each, block) : each));
          const left = hunks.filter(({ lines }) => lines.some((line) => /^[+-]/.test(line)));
          put(left.length === 0 ? '' : textOf({ ...section, hunks: left }));
        }
  }
  return rests;
}

function sectionsOf(patch: string): Section[] {
  const sections: {
    path: string;
    head: string[];
    hunks: { from: number; to: number; lines: string[] }[];
    whole: boolean;
  }[] = [];
  let left = 0;
  for (const line of patch.split('\n')) {
    const section = sections.at(-1);
    const hunk = section?.hunks.at(-1);
    if (left > 0 && hunk !== undefined) {
      hunk.lines.push(line);
      if (!line.startsWith('\\')) left -= line.startsWith('+') || line.startsWith('-') ? 1 : 2;
    } else if (line.startsWith('diff --git ')) {
      const path = / b\/(.*)$/.exec(line)?.[1] ?? line;
      sections.push({ path, head: [line], hunks: [], whole: false });
    } else if (section === undefined) continue;
    else if (hunk !== undefined && line.startsWith('\\')) hunk.lines.push(line);
    else {
      const [, from, minus = '1', to, plus = '1'] = HEADER.exec(line) ?? [];
      if (from !== undefined) {
        section.hunks.push({ from: Number(from), to: Number(to), lines: [] });
        left = Number(minus) + Number(plus);
      } else if (hunk === undefined && line !== '') {
        section.head.push(line);
        section.whole ||= /^(?:new file|deleted file|rename|copy|old mode|GIT binary|Binary files)/.test(
          line,
        );
      } else if (section.whole && line !== '') section.head.push(line);
    }
  }
  return sections;
}

/** Index of the first line of each run of changed lines, and of the first after it. */
function blocksOf({ lines }: Hunk): { readonly start: number; readonly end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let start = -1;
  for (const [at, line] of [...lines, ' '].entries()) {
    const changes = /^[+\-\\]/.test(line);
    if (changes && start < 0) start = at;
    if (!changes && start >= 0) {
      blocks.push({ start, end: at });
      start = -1;
    }
  }
  return blocks;
}

/** What the block adds is not added, and what it removes stays. */
function without(hunk: Hunk, { start, end }: { start: number; end: number }): Hunk {
  const lines = hunk.lines.flatMap((line, at) => {
    if (at < start || at >= end) return [line];
    return line.startsWith('-') ? [` ${line.slice(1)}`] : [];
  });
  return { ...hunk, lines };
}

function textOf({ head, hunks }: Section): string {
  const lines = [...head];
  for (const { from, to, lines: body } of hunks) {
    const count = (marks: string) => body.filter((line) => line !== '' && marks.includes(line[0]!)).length;
    lines.push(`@@ -${from},${count(' -')} +${to},${count(' +')} @@`, ...body);
  }
  return `${lines.join('\n')}\n`;
}
