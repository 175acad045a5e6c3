import { posix } from 'node:path';
import type { PlainCommand } from '@heddle/workspace';
import type { Act } from './acts.ts';
import { operandsOf } from './words.ts';

const READERS =
  /^(?:cat|less|more|head|tail|bat|ls|dir|tree|stat|file|wc|nl|xxd|hexdump|od|strings|diff|cmp|comm|sort|uniq|cut|tar|unzip|zcat|gunzip|readlink|realpath|du|source|\.|md5sum|sha\d+sum|base64|jq|cd|pushd|vi|vim|nano|open|python[\d.]*|node|ruby|perl|php|bash|sh)$/;
/** Their last operand is where it goes. */
const COPIERS = /^(?:cp|mv|rsync|ln|install)$/;
/** Their first operand is a pattern or a program, unless an option gives it. */
const PATTERNED = /^(?:grep|egrep|fgrep|rg|ag|ack|sed|awk|gawk|mawk|perl)$/;
const PATTERN_OPTION = /^-(?:e|f|-regexp|-file|-expression)/;

/** Paths a command reads, as it names them. A pattern such as `/users/` is none. */
function pathsOf({ words, reads }: PlainCommand): string[] {
  const [program = ''] = words;
  const operands = operandsOf(words);
  const named = (): string[] => {
    if (program === 'find' || program === 'fd') {
      const first = words.slice(1).findIndex((word) => /^[-(!]/.test(word) && !/^-[HLPO]/.test(word));
      return words.slice(1, first === -1 ? undefined : first + 1);
    }
    if (PATTERNED.test(program))
      return words.some((word) => PATTERN_OPTION.test(word)) ? operands : operands.slice(1);
    if (COPIERS.test(program)) return operands.slice(0, -1);
    return READERS.test(program) && !words.includes('-c') && !words.includes('-e') ? operands : [];
  };
  return [...named(), ...reads].filter((path) => /^[~.]|\//.test(path));
}

export interface ReadPath {
  /** Absolute and without `..`; `~` stays. */
  readonly path: string;
  readonly evidence: string;
  /** It walks everything below. */
  readonly walks: boolean;
}

/** All paths an act reads that can be told from its text. */
export function pathsRead(act: Act): ReadPath[] {
  const found: ReadPath[] = [];
  for (const command of act.commands) {
    const [program = ''] = command.words;
    const walks =
      /^(?:find|fd|tree|rg|ag|ack)$/.test(program) ||
      (/^(?:e|f)?grep$/.test(program) && command.words.some((word) => /^-\w*[rR]|^--recursive/.test(word))) ||
      (program === 'ls' && command.words.some((word) => /^-\w*R/.test(word)));
    for (const path of pathsOf(command)) {
      const whole = full(path, command.cwd);
      if (whole !== null) found.push({ path: whole, evidence: command.words.join(' '), walks });
    }
  }
  for (const path of act.reads) {
    const whole = full(path, act.cwd);
    if (whole !== null) found.push({ path: whole, evidence: path, walks: false });
  }
  for (const { text } of act.code)
    for (const [, path = ''] of text.matchAll(
      /\b(?:open|read_text|readFile(?:Sync)?|listdir|readdir(?:Sync)?|Path|glob|walk)\s*\(\s*[rbf]?['"]([^'"\n]+)['"]/g,
    )) {
      const whole = full(path, act.cwd);
      if (whole !== null) found.push({ path: whole, evidence: path, walks: false });
    }
  return found;
}

function full(path: string, cwd: string | null): string | null {
  if (path.startsWith('~')) return path;
  if (posix.isAbsolute(path)) return posix.normalize(path);
  return cwd === null || cwd.startsWith('~') ? null : posix.resolve(cwd, path);
}
