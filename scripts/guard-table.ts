// `node scripts/guard-table.ts`: the guard's table of commands as docs/guard.md shows it.
import { EFFECT_KINDS, EFFECT_MEANING } from '../packages/workspace/src/guard/effects.ts';
import { modeSays } from '../packages/workspace/src/guard/policy.ts';
import { RULES, type Rule } from '../packages/workspace/src/guard/rules.ts';

/** Markdown: what each mode does about each effect, then every rule. */
export function guardTable(): string {
  const modes = EFFECT_KINDS.map(
    (kind) =>
      `| \`${kind}\` | ${EFFECT_MEANING[kind]} | ${modeSays('risky', kind)} | ${modeSays('ask', kind)} |`,
  );
  const rules = RULES.map(
    (rule) => `| ${cell(rule.command)} | ${condition(rule)} | ${rule.effects.join(', ')} | ${rule.why} |`,
  );
  return [
    '| effect | what it means | `risky` | `ask` |',
    '| --- | --- | --- | --- |',
    ...modes,
    '',
    '| command | only | effects | because it |',
    '| --- | --- | --- | --- |',
    ...rules,
  ].join('\n');
}

function condition({ flags, without, argument, operands }: Rule): string {
  return [
    ...(flags ? [`with ${flags.map(cell).join(' ')}`] : []),
    ...(without ? [`without ${without.map(cell).join(' ')}`] : []),
    ...(argument ? [`an argument like ${cell(argument.source)}`] : []),
    ...(operands ? [`its arguments: ${operands}`] : []),
  ].join('; ');
}

/** A bar would end the cell, in code too. */
function cell(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

if (import.meta.main) console.log(guardTable());
