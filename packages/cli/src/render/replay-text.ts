import type { ReplayResult } from '@heddle/agent';
import { columnsOf, count, indent, printable } from './text.ts';

/** Characters of a field shown round the place where it differs. */
const CONTEXT_CHARACTERS = 120;

/** How long things took, and what tells of it or is for people: it differs each time and is no reason for a difference. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['seconds', 'at', 'output', 'details']);

/** Whether a replay was identical; if not, the first event that differs and the fields that do. */
export function replayText(rollout: string, result: ReplayResult): string {
  if (result.identical) return `identical: ${count(result.events, 'event')} of ${rollout}\n`;
  const { position, expected, got } = result;
  const of = result.rollout === rollout ? rollout : `${result.rollout}, which worked for ${rollout}`;
  const type = expected?.type ?? got.type;
  const lines = [`different: event ${position} of ${of} (${type})`];
  if (expected === null) lines.push('  expected  the end of the journal', `  got       ${got.type}`);
  else if (expected.type !== got.type) lines.push(`  expected  ${expected.type}`, `  got       ${got.type}`);
  else lines.push(...fieldLines(expected, got));
  return `${lines.join('\n')}\n`;
}

function fieldLines(expected: object, got: object): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  return names.flatMap((name) => {
    if (NOT_COMPARED.has(name)) return [];
    const [was, is] = [expected, got].map((event) => text((event as Record<string, unknown>)[name]));
    return was === is ? [] : [`  ${name}`, ...excerpts(was!, is!)];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function excerpts(was: string, is: string): string[] {
  let same = 0;
  while (same < was.length && was[same] === is[same]) same += 1;
  const from = Math.max(0, same - CONTEXT_CHARACTERS / 3);
  const excerpt = (value: string) => {
    const cut = printable(value.slice(from, from + CONTEXT_CHARACTERS));
    return `${from > 0 ? '…' : ''}${cut}${from + CONTEXT_CHARACTERS < value.length ? '…' : ''}`;
  };
  const label = (name: string) => name.padEnd('expected  '.length);
  const hang = ' '.repeat(columnsOf('    expected  '));
  return [
    `    ${label('expected')}${indent(excerpt(was), hang).trimStart()}`,
    `    ${label('got')}${indent(excerpt(is), hang).trimStart()}`,
  ];
}
