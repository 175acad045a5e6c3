import type { Stdin } from './shell-reader.ts';
import { isKnown, UNKNOWN, unknownWord, type Word } from './shell-words.ts';

/** What a command really runs. */
export type Unwrapped =
  /** Another command, with what the wrapper itself does left to the table. */
  | { readonly kind: 'command'; readonly words: readonly Word[]; readonly stdin?: Stdin }
  /** A shell text. `apart`: in a process of its own, so that it changes nothing here. */
  | { readonly kind: 'shell'; readonly text: string; readonly apart: boolean }
  /** Code of another language. */
  | { readonly kind: 'code'; readonly language: string; readonly code: string }
  /** It runs a text that is not known. */
  | { readonly kind: 'opaque'; readonly why: string };

/** Programs that run the command behind their own options and so many words of theirs. */
const WRAPPERS: Readonly<Record<string, { readonly valued?: readonly string[]; readonly skip?: number }>> = {
  sudo: { valued: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T', '-U', '-r', '-t', '--user', '--group'] },
  doas: { valued: ['-u', '-C'] },
  env: { valued: ['-u', '-C', '--unset', '--chdir'] },
  time: { valued: ['-o', '-f', '--output', '--format'] },
  nohup: {},
  timeout: { valued: ['-s', '-k', '--signal', '--kill-after'], skip: 1 },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '-p'] },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  setsid: {},
  command: {},
  builtin: {},
  exec: { valued: ['-a'] },
  coproc: {},
  chrt: { skip: 1 },
  taskset: { skip: 1 },
  unbuffer: {},
  strace: { valued: ['-e', '-o', '-p', '-s'] },
  ltrace: { valued: ['-e', '-o', '-p', '-s'] },
  unshare: {},
  busybox: {},
  toybox: {},
  fakeroot: {},
  proxychains: {},
  firejail: {},
  caffeinate: {},
  'xvfb-run': { valued: ['-s', '-n', '-e'] },
  'systemd-run': { valued: ['-p', '-u'] },
  chroot: { skip: 1 },
  setpriv: {},
  prlimit: {},
  chronic: {},
  ts: {},
};

const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'ksh',
  'ash',
  'mksh',
  'rbash',
  'fish',
]);

/** Interpreters and the options that carry code. */
const INTERPRETERS: readonly { readonly name: RegExp; readonly flags: readonly string[] }[] = [
  { name: /^(?:python|pypy)[\d.]*$/, flags: ['-c'] },
  { name: /^(?:node|nodejs|bun|tsx|ts-node)$/, flags: ['-e', '-p', '-pe', '--eval', '--print'] },
  {
    name: /^(?:ruby|perl[\d.]*|lua[\d.]*|luajit|julia|Rscript|R|elixir|osascript)$/,
    flags: ['-e', '-E', '-ne', '-pe', '-ane', '-le', '-ie', '-pie', '-lne', '-nle'],
  },
  { name: /^php[\d.]*$/, flags: ['-r'] },
];

export function unwrap(words: readonly Word[], stdin: Stdin): Unwrapped[] {
  const name = programName(words[0]);
  const args = words.slice(1);
  const wrapper = WRAPPERS[name];
  if (SHELLS.has(name)) return shell(args, stdin);
  if (name === 'eval') return [shellText(args, false)];
  if (name === 'trap' || name === 'alias')
    return args.slice(0, name === 'trap' ? 1 : undefined).map((word) => aliased(word));
  if (name === 'source' || name === '.') return sourced(args[0], stdin);
  if (name === 'xargs' || name === 'parallel') return xargs(args, stdin, name);
  if (name === 'find' || name === 'fd') return found(args);
  if (name === 'su' || name === 'script' || name === 'runuser' || name === 'flock' || name === 'watch')
    return dashC(name, args);
  if (name === 'awk' || name === 'gawk' || name === 'mawk' || name === 'nawk') return awk(args);
  if (name === 'git') return git(args);
  if (name === 'command' && args.some(({ values }) => /^-[vV]$/.test(values[0] ?? ''))) return [];
  if (wrapper !== undefined) return wrapped(name, args, wrapper, stdin);
  const interpreter = INTERPRETERS.find((each) => each.name.test(name));
  return interpreter === undefined ? [] : interpreted(name, args, { flags: interpreter.flags, stdin });
}

/** `/usr/bin/git` is git; `./git` is a program of the repository. */
export function programName(word: Word | undefined): string {
  const text = word?.values[0] ?? '';
  return text.startsWith('/') ? text.slice(text.lastIndexOf('/') + 1) : text;
}

function textOf(word: Word | undefined): string | null {
  return word !== undefined && word.values.length === 1 && isKnown(word.values[0]!) ? word.values[0]! : null;
}

function shellText(words: readonly Word[], apart: boolean): Unwrapped {
  const texts = words.map(textOf);
  if (words.some(({ open }) => open) || texts.includes(null))
    return { kind: 'opaque', why: 'runs a text that is only known when it runs' };
  return { kind: 'shell', text: texts.join(' '), apart };
}

function aliased(word: Word): Unwrapped {
  const text = textOf(word);
  return text === null
    ? { kind: 'opaque', why: 'runs a text that is only known when it runs' }
    : { kind: 'shell', text: text.replace(/^[\w.-]+=/, ''), apart: true };
}

function shell(args: readonly Word[], stdin: Stdin): Unwrapped[] {
  let fromStdin = false;
  for (let at = 0; at < args.length; at++) {
    const option = args[at]!.values[0] ?? '';
    if (!option.startsWith('-') && !option.startsWith('+')) {
      if (args[at]!.open) return [{ kind: 'opaque', why: 'runs a text that is only known when it runs' }];
      const file = !fromStdin && option !== '';
      // /dev/fd: the output of a command; /dev/stdin: a pipe.
      if (file && /^\/dev\/(?:fd|stdin)/.test(option)) return fromInput(stdin);
      if (file) return [];
      break;
    }
    if (option === '-') fromStdin = true;
    else if (/^-[A-Za-z]*c[A-Za-z]*$/.test(option)) {
      const script = args.slice(at + 1).find(({ values }) => !/^-/.test(values[0] ?? ''));
      return script === undefined ? [] : [shellText([script], true)];
    } else if (/^-[A-Za-z]*s/.test(option)) fromStdin = true;
    else if (/^[-+](?:o|O|-rcfile|-init-file)$/.test(option)) at += 1;
  }
  return fromInput(stdin);
}

function fromInput(stdin: Stdin): Unwrapped[] {
  if (stdin.kind === 'text') return [{ kind: 'shell', text: stdin.text, apart: true }];
  return stdin.kind === 'unknown'
    ? [{ kind: 'opaque', why: 'a shell runs what a pipe or a file gives it' }]
    : [];
}

function sourced(word: Word | undefined, stdin: Stdin): Unwrapped[] {
  const path = word?.values[0] ?? '';
  if (/^\/dev\/(?:fd|stdin)/.test(path))
    return stdin.kind === 'text' ? fromInput(stdin) : [{ kind: 'opaque', why: 'runs what a command prints' }];
  return isKnown(path) ? [] : [{ kind: 'opaque', why: 'runs a file that is only known when it runs' }];
}

function wrapped(
  name: string,
  args: readonly Word[],
  { valued = [], skip = 0 }: (typeof WRAPPERS)[string],
  stdin: Stdin,
): Unwrapped[] {
  let left = skip;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!.values[0] ?? '';
    if (name === 'env' && /^(?:-S|--split-string)/.test(word)) {
      const inline = word.replace(/^(?:-S|--split-string=?)/, '');
      return inline === ''
        ? [shellText(args.slice(at + 1), true)]
        : [{ kind: 'shell', text: inline, apart: true }];
    }
    if (word.startsWith('-') && word !== '-') {
      if (valued.includes(word)) at += 1;
    } else if (name === 'env' && /^\w+=/.test(word)) continue;
    else if (left > 0) left -= 1;
    else return [{ kind: 'command', words: args.slice(at), stdin }];
  }
  return [];
}

const XARGS_VALUED = new Set([
  '-I',
  '-n',
  '-P',
  '-L',
  '-d',
  '-s',
  '-E',
  '-a',
  '-j',
  '--max-args',
  '--max-procs',
  '--delimiter',
  '--replace',
  '--colsep',
  '--jobs',
]);

function xargs(args: readonly Word[], stdin: Stdin, name: string): Unwrapped[] {
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!.values[0] ?? '';
    if (!word.startsWith('-')) break;
    if (XARGS_VALUED.has(word)) at += 1;
  }
  const command = args.slice(at);
  if (name === 'parallel' && command.length === 0)
    return [{ kind: 'opaque', why: 'runs what a pipe gives it' }];
  const given =
    stdin.kind === 'text'
      ? stdin.text
          .split(/\s+/)
          .filter(Boolean)
          .map((text) => ({ values: [text], open: false, glob: false }))
      : [unknownWord(true)];
  const words = command.length === 0 ? [{ values: ['echo'], open: false, glob: false }] : command;
  return [{ kind: 'command', words: [...words, ...given], stdin: { kind: 'none' } }];
}

/** `find … -exec cmd {} ;`: what it finds is below its starting points and named as `-name` says. */
function found(args: readonly Word[]): Unwrapped[] {
  const at = (index: number) => args[index]?.values[0] ?? '';
  const results = findResults(args);
  const out: Unwrapped[] = [];
  for (let index = 0; index < args.length; index++) {
    if (!/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(at(index))) continue;
    let end = index + 1;
    while (end < args.length && ![';', '+'].includes(at(end))) end += 1;
    const words = args.slice(index + 1, end).map((word) =>
      word.values.some((value) => value.includes('{}'))
        ? {
            values: word.values.flatMap((value) => results.map((path) => value.replaceAll('{}', path))),
            open: false,
            glob: true,
          }
        : word,
    );
    out.push({ kind: 'command', words, stdin: { kind: 'none' } });
    index = end;
  }
  if (args.some((_, index) => at(index) === '-delete'))
    out.push({
      kind: 'command',
      words: ['rm', ...results].map((text) => ({ values: [text], open: false, glob: true })),
      stdin: { kind: 'none' },
    });
  return out;
}

function findResults(args: readonly Word[]): string[] {
  const texts = args.map(({ values }) => values[0] ?? '');
  const first = texts.findIndex((text) => /^[-(!]/.test(text));
  const starts = texts.slice(0, first === -1 ? undefined : first);
  const names = texts.filter((_, index) => /^-(?:i?name|i?path|i?wholename)$/.test(texts[index - 1] ?? ''));
  const roots = starts.length === 0 ? ['.'] : starts;
  // Files may be anywhere below a start; with a name, that says most about them.
  return roots.flatMap((start) =>
    names.length === 0
      ? [start]
      : names.map((name) => `${start.replace(/\/$/, '')}/${name.replace(/^\.?\//, '')}`),
  );
}

function dashC(name: string, args: readonly Word[]): Unwrapped[] {
  const index = args.findIndex(({ values }) => /^-[a-z]*c$|^--command$/.test(values[0] ?? ''));
  if (index !== -1) return [shellText(args.slice(index + 1, index + 2), true)];
  const inline = args.map(textOf).find((text) => text?.startsWith('--command='));
  if (inline) return [{ kind: 'shell', text: inline.slice('--command='.length), apart: true }];
  if (name === 'flock')
    return [
      {
        kind: 'command',
        words: args.filter(({ values }) => !/^-/.test(values[0] ?? '')).slice(1),
        stdin: { kind: 'none' },
      },
    ];
  return name === 'watch'
    ? [
        shellText(
          args.filter(({ values }) => !/^-/.test(values[0] ?? '')),
          true,
        ),
      ]
    : [];
}

function awk(args: readonly Word[]): Unwrapped[] {
  const program = args.find(({ values }) => /[{}]|BEGIN/.test(values[0] ?? ''))?.values[0] ?? '';
  return /\bsystem\s*\(|\|\s*(?:getline|")|"\s*\||>\s*"|\/inet\//.test(program)
    ? [{ kind: 'code', language: 'awk', code: program }]
    : [];
}

/** Settings and subcommands of git that run commands. */
function git(args: readonly Word[]): Unwrapped[] {
  const texts = args.map(({ values }) => values[0] ?? '');
  const out: Unwrapped[] = [];
  for (const [index, text] of texts.entries()) {
    const setting = texts[index - 1] === '-c' || texts[index - 1] === '--config-env' ? text : null;
    const command =
      setting === null
        ? null
        : /^(?:alias\.[\w-]+=!|core\.(?:sshcommand|pager|editor|fsmonitor|hookspath)=|[\w.-]+\.(?:command|cmd|helper|textconv|clean|smudge|driver)=!?)(.*)$/is.exec(
            setting,
          )?.[1];
    if (command)
      out.push(
        isKnown(command)
          ? { kind: 'shell', text: command, apart: true }
          : { kind: 'opaque', why: 'runs a text that is only known when it runs' },
      );
    const alias = setting === null ? undefined : /^alias\.[\w-]+=([^!].*)$/s.exec(setting)?.[1];
    if (alias) out.push({ kind: 'shell', text: `git ${alias}`, apart: true });
    if (texts[index - 1] === '--exec' || texts[index - 1] === '-x')
      out.push(shellText(args.slice(index, index + 1), true));
  }
  const [first, second] = texts.filter((text) => !text.startsWith('-'));
  if (first === 'bisect' && second === 'run')
    out.push({ kind: 'command', words: args.slice(texts.indexOf('run') + 1), stdin: { kind: 'none' } });
  if (first === 'submodule' && second === 'foreach')
    out.push(shellText(args.slice(texts.indexOf('foreach') + 1), true));
  return out;
}

function interpreted(
  language: string,
  args: readonly Word[],
  { flags, stdin }: { readonly flags: readonly string[]; readonly stdin: Stdin },
): Unwrapped[] {
  for (const [index, word] of args.entries()) {
    const option = word.values[0] ?? '';
    const inline = flags.find((flag) => (flag.startsWith('--') ? option.startsWith(`${flag}=`) : false));
    if (flags.includes(option) || inline !== undefined) {
      const code = inline === undefined ? textOf(args[index + 1]) : option.slice(inline.length + 1);
      if (code === null || !isKnown(code))
        return [
          { kind: 'opaque', why: `runs ${language} code that is only known when it runs` },
          ...partly(language, args[index + 1]),
        ];
      return [{ kind: 'code', language, code }];
    }
    if (!option.startsWith('-') || option === '-') {
      if (option !== '-' && !/^\/dev\/(?:fd|stdin)/.test(option)) return [];
      break;
    }
    // `-m module`, `-W value`: what follows is a program's name, not code.
    if (option === '-m') return [];
  }
  if (stdin.kind === 'text') return [{ kind: 'code', language, code: stdin.text }];
  return stdin.kind === 'unknown' &&
    !args.some(({ values }) => /^--?(?:version|v|V|help|h)$/.test(values[0] ?? ''))
    ? [{ kind: 'opaque', why: `${language} runs what a pipe or a file gives it` }]
    : [];
}

/** The literal part of code with unknown parts still shows something. */
function partly(language: string, word: Word | undefined): Unwrapped[] {
  const text = word?.values[0]?.replaceAll(UNKNOWN, '') ?? '';
  return text === '' ? [] : [{ kind: 'code', language, code: text }];
}
