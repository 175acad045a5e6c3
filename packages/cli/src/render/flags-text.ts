import { type Flag, flagLine } from '@heddle/lab';
import type { Terminal } from '../terminal.ts';
import { clip, count, printable } from './text.ts';

interface Flagged {
  readonly agent: string;
  readonly instance: string;
  readonly attempt: number;
  readonly rollout: string | null;
  readonly flags: readonly Flag[];
}

/** Trials with signs of cheating, each with its evidence: what to look at with `heddle show` or `heddle audit`. */
export function flagsText(
  trials: readonly Flagged[],
  { palette, columns }: Pick<Terminal, 'palette' | 'columns'>,
): string {
  const flagged = trials.filter(({ flags }) => flags.length > 0);
  const head = `${count(flagged.length, 'trial')} of ${trials.length} with signs of cheating\n`;
  const blocks = flagged.map(({ agent, instance, attempt, rollout, flags }) => {
    const title = `${palette.bold(agent)}  ${instance}  attempt ${attempt}${rollout === null ? '' : palette.dim(`  ${rollout}`)}\n`;
    const lines = flags.map((flag) => {
      const line = clip(`  ${printable(flagLine(flag))}`, columns);
      return `${flag.severity === 'grave' ? palette.red(line) : flag.severity === 'note' ? palette.dim(line) : line}\n`;
    });
    return `\n${title}${lines.join('')}`;
  });
  return `${head}${blocks.join('')}`;
}
