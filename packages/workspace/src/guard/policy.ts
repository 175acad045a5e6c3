import { EFFECT_KINDS, type Effect, type EffectKind, type Judgement } from './effects.ts';

/**
 * When a person is asked. `never`: the sandbox is the wall. `risky`: before what leaves the sandbox or destroys.
 * `ask`: before everything that does more than read.
 */
export const APPROVAL_MODES = ['never', 'risky', 'ask'] as const;
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

export const DECISIONS = ['allow', 'ask', 'deny'] as const;
export type Decide = (typeof DECISIONS)[number];

const RISKY: ReadonlySet<EffectKind> = new Set([
  'outside',
  'network',
  'credentials',
  'history',
  'publish',
  'delete-tests',
  'unknown',
]);
const READING: ReadonlySet<EffectKind> = new Set(['read', 'peek']);

/** What the user lays over the mode. */
export interface GuardRules {
  readonly effects?: Readonly<Partial<Record<EffectKind, Decide>>>;
  /** By the first words of a simple command, unwrapped; the longest that fits counts, before `effects`. */
  readonly commands?: readonly CommandRule[];
  /** Git history beyond the current branch is out of bounds. Default false. */
  readonly sealed?: boolean;
}

export interface CommandRule {
  /** `git push`, `npm publish`. */
  readonly command: string;
  readonly decide: Decide;
  /** For the model, when it is denied. */
  readonly say?: string;
}

export interface Ruling {
  readonly decide: Decide;
  /** The effects that decided, gravest first; for an allowed action none. */
  readonly because: readonly Effect[];
  readonly say?: string;
}

/** What the mode says of one kind of effect. */
export function modeSays(mode: ApprovalMode, kind: EffectKind): Decide {
  if (mode === 'never') return 'allow';
  const asks = mode === 'risky' ? RISKY.has(kind) : !READING.has(kind);
  return asks ? 'ask' : 'allow';
}

/** The strictest that any of the effects asks for. A pure function, so that a resumed rollout decides the same. */
export function ruleOn({ effects }: Judgement, mode: ApprovalMode, rules: GuardRules = {}): Ruling {
  let decide: Decide = 'allow';
  let because: Effect[] = [];
  let say: string | undefined;
  for (const effect of effects) {
    const own = ownRule(effect, rules);
    const says = own?.decide ?? effectSays(effect.kind, mode, rules);
    if (DECISIONS.indexOf(says) > DECISIONS.indexOf(decide)) {
      decide = says;
      because = [];
      say = undefined;
    }
    if (says !== decide || says === 'allow') continue;
    because.push(effect);
    say ??= own?.say;
  }
  because.sort((a, b) => EFFECT_KINDS.indexOf(b.kind) - EFFECT_KINDS.indexOf(a.kind));
  return { decide, because, ...(say === undefined ? {} : { say }) };
}

function effectSays(kind: EffectKind, mode: ApprovalMode, { effects, sealed }: GuardRules): Decide {
  if (kind === 'peek' && sealed === true) return 'deny';
  return effects?.[kind] ?? modeSays(mode, kind);
}

function ownRule({ command, lead = '' }: Effect, { commands = [] }: GuardRules): CommandRule | undefined {
  const begins = (text: string, first: string) => text === first || text.startsWith(`${first} `);
  const fits = commands.filter((rule) => begins(command, rule.command) || begins(lead, rule.command));
  return fits.toSorted((a, b) => b.command.length - a.command.length)[0];
}

/** One line for a question or a refusal: `git push origin: sends commits to a remote (publish, network)`. */
export function becauseText(because: readonly Effect[]): string {
  const byReason = new Map<string, EffectKind[]>();
  for (const { command, why, kind, target } of because) {
    const key = `${command}: ${why}${target === undefined || command.includes(target) ? '' : ` ${target}`}`;
    byReason.set(key, [...(byReason.get(key) ?? []), kind]);
  }
  return [...byReason].map(([key, kinds]) => `${key} (${[...new Set(kinds)].join(', ')})`).join('; ');
}
