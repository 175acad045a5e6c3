import { scanCode } from './code-scan.ts';
import { clipCommand, type Effect, type EffectKind, type Judgement, judgementOf } from './effects.ts';
import { loadShellParser } from './grammar.ts';
import {
  fullPath,
  type Ground,
  insidePath,
  isCredential,
  isGitFolder,
  isHistoryStore,
  mayBeTest,
  placeOf,
} from './paths.ts';
import { hasConditions, parseWords, rulesFor } from './rule-match.ts';
import type { Operands } from './rules.ts';
import { ShellReader, type ShellState, type SimpleCommand, type Stdin } from './shell-reader.ts';
import { isKnown, literal, UNKNOWN, type Word } from './shell-words.ts';
import { programName, unwrap } from './unwrap.ts';

export interface JudgeContext extends Ground {
  /** Where the command starts; null: not known. */
  readonly cwd: string | null;
  /** Names of secrets: a command that names one uses credentials. */
  readonly secrets?: readonly string[];
}

/** Beyond this a text is not a command somebody wrote; it counts as unknown. */
const MAX_TEXT_CHARACTERS = 200_000;
/** Shells in shells: nobody needs more. */
const MAX_DEPTH = 8;
/** Words of a command that a rule of the user may name. */
const LEAD_WORDS = 6;
/** Programs a command may start with its alternatives counted. */
const MAX_ALTERNATIVES = 12;

/**
 * What a shell text will touch, found from its syntax tree before it runs. It errs on the careful side: both branches
 * of a condition count, and what cannot be known is told as `unknown`. It is no wall; the sandbox is.
 */
export async function judgeCommand(text: string, context: JudgeContext): Promise<Judgement> {
  if (text.length > MAX_TEXT_CHARACTERS)
    return {
      effects: [
        {
          kind: 'unknown',
          command: clipCommand([text.slice(0, 200)]),
          why: `it is longer than ${MAX_TEXT_CHARACTERS} characters`,
        },
      ],
    };
  const parse = await loadShellParser();
  const judge = new Judge(context, parse);
  judge.secretsIn(text);
  judge.shell(text, { variables: new Map(), functions: new Set(), cwd: context.cwd }, 0);
  return judgementOf(judge.effects);
}

/** What code of another language shows at a light scan. */
export async function judgeCode(language: string, code: string, context: JudgeContext): Promise<Judgement> {
  const judge = new Judge(context, await loadShellParser());
  judge.secretsIn(code);
  judge.code(language, code, { variables: new Map(), functions: new Set(), cwd: context.cwd }, 0);
  return judgementOf(judge.effects);
}

/** A tool's own writing of one file. */
export function judgeWrite(path: string, removes: boolean, context: JudgeContext): Judgement {
  const judge = new Judge(context, () => null as never);
  judge.path(path, removes ? 'delete' : 'write', {
    command: clipCommand([removes ? 'delete' : 'write', path]),
    cwd: context.cwd,
  });
  return judgementOf(judge.effects);
}

interface At {
  readonly command: string;
  readonly cwd: string | null;
}

class Judge {
  readonly effects: Effect[] = [];
  readonly #context: JudgeContext;
  readonly #parse: Awaited<ReturnType<typeof loadShellParser>>;
  /** Program and subcommands of the command being judged. */
  #lead = '';

  constructor(context: JudgeContext, parse: Awaited<ReturnType<typeof loadShellParser>>) {
    this.#context = context;
    this.#parse = parse;
  }

  shell(text: string, state: ShellState, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.#add('unknown', clipCommand([text]), 'shells nested too deep to follow');
      return;
    }
    const reader = new ShellReader(state, {
      visit: (command, inner) => this.#command(command, inner, depth),
      fault: (why) => this.#add('unknown', clipCommand([text]), why),
    });
    this.#parse(text, (root) => reader.read(root));
  }

  code(language: string, code: string, state: ShellState, depth: number): void {
    const at: At = { command: clipCommand([language, code]), cwd: state.cwd };
    const scan = scanCode(code);
    this.#add('code', at.command, `${language} code, only scanned`);
    for (const { kind, why } of scan.effects) this.#add(kind, at.command, why);
    for (const command of scan.commands) this.shell(command, apart(state), depth + 1);
    for (const words of scan.programs)
      this.#command(
        { words: words.map(literal), redirects: [], assigned: [], stdin: { kind: 'none' }, cwd: state.cwd },
        apart(state),
        depth + 1,
      );
    for (const text of scan.literals) {
      if (scan.deletes && /^[\w.-]+$/.test(text) && mayBeTest(text, state.cwd, this.#context))
        this.path(text, 'delete', at);
      if (!looksLikePath(text)) continue;
      this.path(text, 'read', at);
      if (scan.writes && /^(?:[~/]|\.\.\/)/.test(text)) this.path(text, 'write', at);
      if (scan.deletes && mayBeTest(text, state.cwd, this.#context)) this.path(text, 'delete', at);
    }
  }

  #command(command: SimpleCommand, state: ShellState, depth: number): void {
    const { words, redirects, assigned, cwd } = command;
    this.#lead = clipCommand(words.slice(0, 1).map(programName));
    const shown = clipCommand(words.length > 0 ? words.map(({ values }) => values.join('|')) : assigned);
    for (const { writes, target } of redirects) {
      for (const path of target.values)
        this.path(path, writes ? 'overwrite' : 'read', { command: shown || '>', cwd });
    }
    for (const text of assigned) this.#assignment(text, shown);
    const [first] = words;
    if (first === undefined) return;
    if (first.values.length > MAX_ALTERNATIVES || first.open || first.values.some((name) => !isKnown(name)))
      this.#add('unknown', shown, 'which program it runs is not known before it runs');
    for (const name of first.values.slice(0, MAX_ALTERNATIVES)) {
      if (!isKnown(name)) continue;
      const [head = name, ...rest] = first.values.length === 1 ? [name] : name.split(/\s+/);
      for (const args of this.#variants(words.slice(1), shown))
        this.#program([literal(head), ...rest.map(literal), ...args], command, state, { depth, shown });
    }
  }

  /** Each way the leading arguments may read: one of them may be a subcommand. */
  #variants(args: readonly Word[], shown: string): (readonly Word[])[] {
    let variants: (readonly Word[])[] = [args];
    for (let at = 0; at < Math.min(args.length, LEAD_WORDS); at++) {
      if (args[at]!.values.length < 2) continue;
      variants = variants.flatMap((words) =>
        args[at]!.values.map((value) => words.with(at, { ...words[at]!, values: [value] })),
      );
    }
    if (variants.length <= MAX_ALTERNATIVES) return variants;
    this.#add('unknown', shown, 'it may be too many commands to look at');
    return [args];
  }

  #program(
    words: readonly Word[],
    { stdin, cwd }: SimpleCommand,
    state: ShellState,
    { depth, shown }: { readonly depth: number; readonly shown: string },
  ): void {
    const inner = unwrap(words, stdin);
    const name = programName(words[0]);
    for (const each of inner) this.#inner(each, state, { depth: depth + 1, shown });
    if (state.functions.has(name)) return;
    const at: At = { command: shown, cwd };
    const args = words.slice(1).flatMap((word) => word.values);
    const parsed = parseWords(name, args);
    this.#lead = clipCommand(parsed.lead.slice(0, LEAD_WORDS));
    // A wrapper and a shell are what they run, unless the table has something to say of them.
    const rules = rulesFor(parsed);
    const isWrapper = inner.length > 0 || PURE_WRAPPERS.has(name);
    if (rules.length === 0 && !isWrapper) {
      this.#add('process', shown, `${name.replaceAll(UNKNOWN, '‹?›')} is no command the table knows`);
      this.#add('write', shown, 'it may write');
    }
    if (words.slice(1).some(({ open }) => open) && hasConditions(name))
      this.#add('unknown', shown, 'its options are only known when it runs');
    for (const rule of rules) {
      if (name === 'env' && isWrapper && inner.length > 0) continue;
      for (const kind of rule.effects) {
        if (kind === 'network' && onlyLoopback(args)) continue;
        if (kind === 'publish' && onlyLoopback(args)) continue;
        this.#add(kind, shown, rule.why, kind === 'network' || kind === 'publish' ? hostOf(args) : undefined);
      }
      this.#operands(rule.operands ?? null, parsed.operands, args, at);
    }
    if (name === 'git' && parsed.lead[1] !== undefined && !isKnown(parsed.lead[1]))
      this.#add('unknown', shown, 'which git command it is is not known before it runs');
    for (const path of [...parsed.operands, ...valuesInOptions(parsed.options)])
      if (!/^https?:/.test(path)) this.path(path, 'mention', at);
  }

  #inner(
    inner: ReturnType<typeof unwrap>[number],
    state: ShellState,
    { depth, shown }: { readonly depth: number; readonly shown: string },
  ): void {
    switch (inner.kind) {
      case 'command':
        if (depth > MAX_DEPTH) {
          this.#add('unknown', shown, 'commands nested too deep to follow');
          return;
        }
        this.#command(
          { words: inner.words, redirects: [], assigned: [], stdin: inner.stdin ?? NO_INPUT, cwd: state.cwd },
          state,
          depth,
        );
        return;
      case 'shell':
        this.shell(inner.text, inner.apart ? apart(state) : state, depth);
        return;
      case 'code':
        this.code(inner.language, inner.code, apart(state), depth);
        return;
      case 'opaque':
        this.#add('unknown', shown, inner.why);
        return;
      default:
        inner satisfies never;
    }
  }

  #operands(kind: Operands | null, operands: readonly string[], args: readonly string[], at: At): void {
    const use = (paths: readonly string[], how: Use) => {
      for (const path of paths) this.path(path, how, at);
    };
    switch (kind) {
      case null:
        for (const arg of args) if (arg.startsWith('of=')) this.path(arg.slice(3), 'overwrite', at);
        return;
      case 'read':
        return;
      case 'write':
        use(operands, 'write');
        return;
      case 'delete':
        use(operands, 'delete');
        return;
      case 'copy':
      case 'move': {
        const target = targetFolder(args);
        const last = target ?? operands.at(-1);
        const sources = target === null ? operands.slice(0, -1) : operands;
        if (last !== undefined) this.path(last, 'write', at);
        const toTests = last !== undefined && mayBeTest(last, at.cwd, this.#context);
        if (kind === 'move') use(sources, toTests ? 'write' : 'delete');
        return;
      }
      default:
        kind satisfies never;
    }
  }

  /** What happens to one path. */
  path(path: string, use: Use, { command, cwd }: At): void {
    const context = this.#context;
    const full = fullPath(path, cwd) ?? path;
    const target = clipCommand([path]);
    if (isCredential(full)) this.#add('credentials', command, 'names a file of credentials', target);
    if (isHistoryStore(full)) this.#add('peek', command, 'names git’s own store of commits', target);
    if (use === 'mention' || use === 'read') return;
    const place = placeOf(path, cwd, context);
    if (place === 'device') return;
    if (place === 'unknown')
      this.#add('unknown', command, 'where it writes is only known when it runs', target);
    else if (place === 'outside' && !isMark(path))
      this.#add('outside', command, 'writes outside the repository', target);
    else this.#add('write', command, use === 'delete' ? 'deletes' : 'writes', target);
    if (place !== 'inside') {
      // Above the root: the repository goes with it.
      if (use === 'delete' && (context.root.startsWith(`${full}/`) || full === '/'))
        this.#add('delete-tests', command, 'deletes the folder the repository is in', target);
      return;
    }
    const inside = insidePath(path, cwd, context) ?? '';
    if (isGitFolder(inside)) this.#add('history', command, 'writes into git’s own folder', target);
    if (use === 'delete' && mayBeTest(path, cwd, context))
      this.#add('delete-tests', command, 'may delete tests', target);
  }

  #assignment(text: string, shown: string): void {
    const name = text.split('=')[0] ?? '';
    const steering =
      /^(?:GIT_(?:DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|WORK_TREE|SSH_COMMAND|EXTERNAL_DIFF|CONFIG\w*))$/;
    if (steering.test(name)) this.#add('peek', shown || text, `${name} points git elsewhere`);
    if (/^(?:LD_PRELOAD|LD_LIBRARY_PATH|BASH_ENV|ENV|PROMPT_COMMAND|PYTHONSTARTUP|NODE_OPTIONS)$/.test(name))
      this.#add('process', shown || text, `${name} loads code into every program`);
  }

  /** A secret goes to the action that names it. */
  secretsIn(text: string): void {
    const shown = clipCommand([text]);
    for (const name of this.#context.secrets ?? [])
      if (new RegExp(`(?<![\\w])${name}(?![\\w])`).test(text))
        this.#add('credentials', shown, `uses the secret ${name}`);
  }

  #add(kind: EffectKind, command: string, why: string, target?: string): void {
    this.effects.push({
      kind,
      command,
      ...(this.#lead === '' ? {} : { lead: this.#lead }),
      why,
      ...(target === undefined ? {} : { target }),
    });
  }
}

type Use = 'mention' | 'read' | 'write' | 'overwrite' | 'delete';

const NO_INPUT: Stdin = { kind: 'none' };

/** Nothing is said of them apart from what they run. */
const PURE_WRAPPERS: ReadonlySet<string> = new Set(
  'sh bash dash zsh ksh ash time nohup timeout nice ionice stdbuf setsid command builtin exec coproc xargs parallel eval trap alias source . flock watch script busybox toybox env find'.split(
    ' ',
  ),
);

function apart(state: ShellState): ShellState {
  return { variables: new Map(state.variables), functions: new Set(state.functions), cwd: state.cwd };
}

function looksLikePath(text: string): boolean {
  return text.length < 300 && /^[~./\w-][^\s:*?"'<>|;]*$/.test(text) && /[./]/.test(text);
}

/** Numbers and words such as `+x` or `755` that a writing program takes beside its paths. */
function isMark(path: string): boolean {
  return /^[-+]?[\d.]+[kKMGTw]?$/.test(path);
}

function targetFolder(args: readonly string[]): string | null {
  const at = args.findIndex((arg) => arg === '-t' || arg === '--target-directory');
  if (at !== -1) return args[at + 1] ?? null;
  return args.find((arg) => arg.startsWith('--target-directory='))?.split('=')[1] ?? null;
}

function valuesInOptions(options: readonly string[]): string[] {
  return options.flatMap((option) => {
    const value = /^--?[\w-]+=(.+)$/.exec(option)?.[1];
    return value === undefined ? [] : [value];
  });
}

const LOOPBACK =
  /^(?:\w+:\/\/)?(?:[^@/]*@)?(?:localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0)(?::\d+)?(?:[/?#]|$)/;
const REMOTE = /^(?:\w+:\/\/|[\w.-]+@)|^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/;

/** Everything it names is this machine, which inside the sandbox is the sandbox. */
function onlyLoopback(args: readonly string[]): boolean {
  const hosts = args.filter((arg) => LOOPBACK.test(arg) || (REMOTE.test(arg) && !arg.startsWith('-')));
  return hosts.some((arg) => LOOPBACK.test(arg)) && hosts.every((arg) => LOOPBACK.test(arg));
}

function hostOf(args: readonly string[]): string | undefined {
  for (const arg of args) {
    const host = /^\w+:\/\/(?:[^@/]*@)?([^/:?#\0]+)/.exec(arg)?.[1] ?? /^[\w.-]+@([\w.-]+):/.exec(arg)?.[1];
    if (host !== undefined) return host;
  }
  return undefined;
}
