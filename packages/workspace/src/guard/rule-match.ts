import { RULES, type Rule, VALUE_OPTIONS } from './rules.ts';
import { isKnown } from './shell-words.ts';

/** A command's words as the table reads them. */
export interface Parsed {
  /** Program and subcommands: the leading words that are no options. */
  readonly lead: readonly string[];
  readonly options: readonly string[];
  /** Words after the program that are no options. */
  readonly operands: readonly string[];
}

/** `values`: each word with all it may be. Options before a subcommand and their values are left out of `lead`. */
export function parseWords(program: string, args: readonly string[]): Parsed {
  const valued = VALUE_OPTIONS[program] ?? [];
  const lead = [program];
  const options: string[] = [];
  const operands: string[] = [];
  let literal = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (literal || !word.startsWith('-') || word === '-') {
      operands.push(word);
      lead.push(word);
    } else if (word === '--') literal = true;
    else {
      options.push(word);
      // Its value is no subcommand; once one was seen, the option may be another of the same name.
      if (lead.length === 1 && valued.includes(word)) at += 1;
    }
  }
  return { lead, options, operands };
}

interface Compiled {
  readonly rule: Rule;
  readonly lead: readonly ReadonlySet<string>[];
}

const BY_PROGRAM = new Map<string, Compiled[]>();
for (const rule of RULES) {
  const lead = rule.command.split(' ').map((word) => new Set(word === '|' ? ['|'] : word.split('|')));
  for (const program of lead[0]!) {
    const list = BY_PROGRAM.get(program) ?? [];
    list.push({ rule, lead });
    BY_PROGRAM.set(program, list);
  }
}

/** Every rule that fits the command. Empty: the table does not know it. */
export function rulesFor(parsed: Parsed): Rule[] {
  const candidates = BY_PROGRAM.get(parsed.lead[0]!) ?? [];
  return candidates
    .filter(({ rule, lead }) => fits(lead, parsed) && conditionHolds(rule, parsed))
    .map(({ rule }) => rule);
}

/** Whether an argument that is not known could turn it into something graver. */
export function hasConditions(program: string): boolean {
  return (BY_PROGRAM.get(program) ?? []).some(
    ({ rule, lead }) => lead.length > 1 || rule.flags !== undefined,
  );
}

function fits(lead: readonly ReadonlySet<string>[], parsed: Parsed): boolean {
  return lead.every((words, at) => {
    const word = parsed.lead[at];
    return word === undefined ? words.has('*') : words.has(word) || words.has('*');
  });
}

function conditionHolds(rule: Rule, { options, operands }: Parsed): boolean {
  const given = (flag: string) => options.some((option) => isFlag(option, flag));
  if (rule.without?.some(given)) return false;
  if (rule.flags !== undefined && !rule.flags.some(given)) return false;
  if (rule.argument === undefined) return true;
  const words = [...options, ...operands];
  return words.length === 0
    ? rule.argument.test('')
    : words.some((word) => isKnown(word) && rule.argument!.test(word));
}

/** `-i` is in `-i`, `-i.bak` and `-xi`; `--prune` in `--prune` and `--prune=now`. */
function isFlag(option: string, flag: string): boolean {
  if (flag.startsWith('--')) return option === flag || option.startsWith(`${flag}=`);
  if (option.startsWith('--')) return false;
  return flag.length === 2 ? /^-[A-Za-z]/.test(option) && option.includes(flag[1]!) : option === flag;
}
