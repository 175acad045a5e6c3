import type { Finding } from '../doctor/examine.ts';
import type { Terminal } from '../terminal.ts';
import { padEnd, printable } from './text.ts';

/** What `heddle doctor` shows, one line a finding. */
export function findingsText(findings: readonly Finding[], { palette }: Terminal): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const sign = { ok: palette.green('✓'), absent: palette.yellow('-'), missing: palette.red('✗') };
  return findings
    .map(({ about, state, text }) => `${sign[state]} ${padEnd(about, width)}  ${printable(text)}\n`)
    .join('');
}
