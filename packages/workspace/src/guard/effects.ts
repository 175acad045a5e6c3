/**
 * What an action can do to the world, from harmless to grave. `unknown`: the text that will run, or the path it will
 * write, cannot be known before it runs. `code`: a one-liner of another language, which is only scanned.
 */
export const EFFECT_KINDS = [
  'read',
  'write',
  'process',
  'code',
  'peek',
  'outside',
  'network',
  'credentials',
  'history',
  'publish',
  'delete-tests',
  'unknown',
] as const;

export type EffectKind = (typeof EFFECT_KINDS)[number];

/** For people: what each kind means, in a few words. */
export const EFFECT_MEANING: Readonly<Record<EffectKind, string>> = {
  read: 'reads',
  write: 'writes inside the repository or its temporary folder',
  process: 'runs a program of the repository, or signals one',
  code: 'runs code of another language that was only scanned',
  peek: 'reads git history beyond the current branch',
  outside: 'writes outside the repository',
  network: 'uses the network',
  credentials: 'touches credentials',
  history: 'rewrites git history',
  publish: 'publishes or uploads',
  'delete-tests': 'deletes tests',
  unknown: 'does what cannot be known before it runs',
};

export interface Effect {
  readonly kind: EffectKind;
  /** The simple command it comes from, unwrapped, as words; capped. */
  readonly command: string;
  /** Program, subcommands and first arguments, options left out: what a rule of the user is compared with. */
  readonly lead?: string;
  /** One line: what in it has this effect. */
  readonly why: string;
  /** The path or host it is about. */
  readonly target?: string;
}

/** What is known of a command before it runs. Plain data: it is journaled. */
export interface Judgement {
  readonly effects: readonly Effect[];
}

/** An effect's quote of its command; the whole command is in the action's input. */
const MAX_COMMAND_CHARACTERS = 160;
/** Effects listed of one action; a script of hundreds of commands says nothing more beyond them. */
const MAX_EFFECTS = 60;

export function clipCommand(words: readonly string[]): string {
  const text = words.join(' ').replaceAll('\0', '‹?›').replaceAll(/\s+/g, ' ');
  return text.length <= MAX_COMMAND_CHARACTERS ? text : `${text.slice(0, MAX_COMMAND_CHARACTERS - 1)}…`;
}

/** Each effect once; where there are too many, the gravest stay. */
export function judgementOf(effects: readonly Effect[]): Judgement {
  const seen = new Map<string, Effect>();
  for (const effect of effects) {
    const key = [effect.kind, effect.command, effect.target].join('\n');
    if (!seen.has(key)) seen.set(key, effect);
  }
  const all = [...seen.values()];
  if (all.length <= MAX_EFFECTS) return { effects: all };
  const grave = all.toSorted((a, b) => gravity(b.kind) - gravity(a.kind));
  return { effects: grave.slice(0, MAX_EFFECTS) };
}

function gravity(kind: EffectKind): number {
  return EFFECT_KINDS.indexOf(kind);
}
