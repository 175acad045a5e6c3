// `node scripts/cheating-table.ts`: the lab's signs of cheating as docs/cheating.md shows them.
import { FLAGS } from '../packages/lab/src/cheating/flag.ts';

/** Markdown: each flag and what it means. */
export function cheatingTable(): string {
  const rows = Object.entries(FLAGS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ['| flag | the attempt |', '| --- | --- |', ...rows].join('\n');
}

if (import.meta.main) console.log(cheatingTable());
