import type { EffectKind } from './effects.ts';

/** What a light look at code of another language shows. It proves nothing: what it does not see may still happen. */
export interface CodeScan {
  readonly effects: readonly { readonly kind: EffectKind; readonly why: string }[];
  /** Shell commands in it, as far as they are literals. */
  readonly commands: readonly string[];
  /** Programs started with literal words. */
  readonly programs: readonly (readonly string[])[];
  /** Texts in quotes: each may be a path. */
  readonly literals: readonly string[];
  readonly writes: boolean;
  readonly deletes: boolean;
}

const NETWORK =
  /\burllib|\brequests\b|\bhttpx\b|\baiohttp\b|\bhttp\.client\b|\bsocket\b|\burlopen\b|\bftplib\b|\bsmtplib\b|\bparamiko\b|\bfetch\s*\(|\baxios\b|['"](?:node:)?(?:https?|net|tls|dgram|dns)['"]|\bIO::Socket|\bLWP\b|\bNet::|\bHTTP::|\bopen-uri\b|\bfile_get_contents\s*\(\s*['"]https?:|\bcurl_exec\b|\bfsockopen\b|\bTCPSocket\b|\/inet\/(?:tcp|udp)\//;
const STARTS_PROGRAMS =
  /\bsubprocess\b|\bos\.(?:system|popen|exec\w*|spawn\w*|posix_spawn)\b|\bchild_process\b|\bexecSync\b|\bexecFileSync\b|\bspawn(?:Sync)?\s*\(|\bpty\.spawn\b|\bcommands\.getoutput\b|\bsystem\s*\(|\bpopen\s*\(|\bshell_exec\b|\bpassthru\b|\bproc_open\b|\bDeno\.Command\b|\bBun\.spawn\b|\bqx\s*[{(/]|\bKernel\b|`[^`]+`(?=.*\b(?:ruby|perl)\b)/;
const DYNAMIC =
  /\b(?:eval|exec|compile|__import__|getattr|importlib|marshal|ctypes|execScript|vm\.|Function)\s*[.(]|\b(?:b64decode|atob|fromhex|unhexlify|decompress|fromCharCode)\b|\bnew Function\b|Buffer\.from\([^)]*['"](?:base64|hex)['"]|\bchr\s*\(\s*\d|\.decode\s*\(\s*['"](?:rot13|hex|base64)/;
const WRITES =
  /\bopen\s*\([^)]*,\s*(?:mode\s*=\s*)?['"][^'"]*[wax+]|\bwrite(?:_text|_bytes|File(?:Sync)?|lines)?\s*\(|\bappendFile|\bcreateWriteStream\b|\bshutil\.|\bos\.(?:rename|replace|makedirs|mkdir|symlink|link|chmod|truncate)\b|\brename(?:Sync)?\s*\(|\bcopyFile|\bfile_put_contents\b|\bFile\.write\b|\btouch\s*\(/;
const DELETES =
  /\bos\.(?:remove|unlink|rmdir|removedirs)\b|\brmtree\b|\.unlink\s*\(|\bunlink(?:Sync)?\b|\brm(?:Sync|dir|dirSync)?\s*\(|\bFile\.delete\b|\bFileUtils\.rm|\brename(?:Sync)?\s*\(|\bos\.(?:rename|replace)\b|\bshutil\.move\b|\btruncate(?:Sync)?\b/;
const CREDENTIALS =
  /\bos\.environ\b(?!\s*\[\s*['"])|\bprocess\.env\b(?!\.\w|\[)|\bkeyring\b|%ENV|\bENV\.to_h\b|\bprintenv\b/;
const GIT_STORE =
  /\.git\/(?:objects|refs|logs|packed-refs|ORIG_HEAD|FETCH_HEAD)|\b(?:pygit2|dulwich|GitPython)\b|\bgit\.Repo\b/;

/** Strings passed to what runs a shell text. */
const SHELL_CALL =
  /(?:os\.system|os\.popen|getoutput|getstatusoutput|check_output|check_call|subprocess\.(?:run|call|Popen)|execSync|exec|system|popen|shell_exec|passthru|spawnSync|spawn)\s*\(\s*[rbf]*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
/** Lists of strings passed to what runs a program. */
const LIST_CALL =
  /(?:subprocess\.\w+|Popen|check_output|check_call|execvp?e?|execFileSync|execFile|spawnSync|spawn|system)\s*\(\s*(?:['"]([^'"]+)['"]\s*,\s*)?\[((?:\s*['"][^'"]*['"]\s*,?)+)\s*\]/g;
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;

export function scanCode(code: string): CodeScan {
  const effects: { kind: EffectKind; why: string }[] = [];
  const note = (pattern: RegExp, kind: EffectKind, why: string) => {
    const found = pattern.exec(code)?.[0];
    if (found !== undefined) effects.push({ kind, why: `${why} (${found.trim().slice(0, 40)})` });
  };
  note(NETWORK, 'network', 'the code names the network');
  note(STARTS_PROGRAMS, 'process', 'the code starts programs');
  note(DYNAMIC, 'unknown', 'the code makes other code while it runs');
  note(CREDENTIALS, 'credentials', 'the code reads the whole environment');
  note(GIT_STORE, 'peek', 'the code reads git’s own store');
  const [writes, deletes] = [WRITES.test(code), DELETES.test(code)];
  if (writes || deletes) effects.push({ kind: 'write', why: 'the code writes files' });
  const commands = [...code.matchAll(SHELL_CALL)].map((match) =>
    unquote(match[1] ?? match[2] ?? match[3] ?? ''),
  );
  const programs = [...code.matchAll(LIST_CALL)].map(([, first, list = '']) => [
    ...(first === undefined ? [] : [first]),
    ...[...list.matchAll(/['"]([^'"]*)['"]/g)].map((match) => match[1]!),
  ]);
  const starts = STARTS_PROGRAMS.test(code);
  if (starts && commands.length + programs.length === 0)
    effects.push({ kind: 'unknown', why: 'the code starts a program that cannot be read from it' });
  const literals = [...code.matchAll(LITERAL)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return { effects, commands: starts ? commands : [], programs, literals, writes, deletes };
}

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
