import { posix } from 'node:path';
import { isKnown, UNKNOWN } from './shell-words.ts';

/** Where a path leads: `scratch` is the temporary folder, `device` what swallows or gives bytes (/dev/null). */
export type Place = 'inside' | 'scratch' | 'device' | 'outside' | 'unknown';

export interface Ground {
  /** The repository as programs see it. */
  readonly root: string;
  /** Whether a path relative to the root belongs to the tests. */
  readonly isTest: (path: string) => boolean;
}

const DEVICE = /^\/dev\/(?:null|zero|random|urandom|full|tty|std(?:in|out|err)|fd\/.*)$/;
const SCRATCH = /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/;

export function placeOf(path: string, cwd: string | null, { root }: Ground): Place {
  const full = fullPath(path, cwd);
  if (full === null) return 'unknown';
  if (DEVICE.test(full)) return 'device';
  if (full === root || full.startsWith(`${root}/`)) return 'inside';
  return SCRATCH.test(full) ? 'scratch' : 'outside';
}

/** Absolute, `..` resolved; null where its beginning is not known. What follows an unknown part is kept as it is. */
export function fullPath(path: string, cwd: string | null): string | null {
  const text = path.replace(/^file:\/\//, '');
  if (text.startsWith(UNKNOWN) || (!isKnown(text) && text.includes('..'))) return null;
  if (text.startsWith('~')) return text;
  if (posix.isAbsolute(text)) return posix.normalize(text);
  if (cwd === null) return null;
  return cwd.startsWith('~') ? `${cwd}/${text}` : posix.resolve(cwd, text);
}

/** Relative to the root, or null if it is not below it. */
export function insidePath(path: string, cwd: string | null, { root }: Ground): string | null {
  const full = fullPath(path, cwd);
  if (full === null) return null;
  if (full === root) return '';
  return full.startsWith(`${root}/`) ? full.slice(root.length + 1) : null;
}

/** What `*` may stand for, as far as tests are concerned. */
const STAND_INS = ['x', 'tests', 'test_x', 'x_test', 'x.test', 'test_x.py', 'x.test.ts'];

/** Whether a path, or something a pattern or folder may match, belongs to the tests. The root itself holds them all. */
export function mayBeTest(path: string, cwd: string | null, ground: Ground): boolean {
  const inside = insidePath(path, cwd, ground);
  if (inside === null) return false;
  if (inside === '') return true;
  const candidates = /[*?[\0]/.test(inside)
    ? STAND_INS.map((name) => inside.replaceAll(/[*?\0]+|\[[^\]]*\]/g, name))
    : [inside];
  return candidates.some((each) => ground.isTest(each) || ground.isTest(`${each}/x`));
}

const CREDENTIALS: readonly RegExp[] = [
  /(?:^|\/)\.(?:ssh|aws|gnupg|kube|azure|password-store)(?:\/|$)/,
  /(?:^|\/)\.(?:netrc|npmrc|pypirc|git-credentials|pgpass|my\.cnf|vault-token|boto|s3cfg)$/,
  /(?:^|\/)\.config\/(?:gh|gcloud|hub|op|glab-cli)(?:\/|$)/,
  /(?:^|\/)\.(?:docker\/config\.json|cargo\/credentials(?:\.toml)?|gem\/credentials|m2\/settings\.xml)$/,
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:pem|p12|pfx|keystore|jks|kdbx))$/,
  /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]+)?$/,
  /(?:^|\/)(?:keyrings|Keychains)(?:\/|$)/,
  /^\/etc\/(?:g?shadow-?|sudoers(?:\.d)?|ssl\/private|krb5\.keytab)(?:\/|$)/,
  /^\/proc\/[^/]+\/environ$/,
  /^\/(?:var\/)?run\/(?:secrets|docker\.sock|podman)/,
];

export function isCredential(path: string): boolean {
  return CREDENTIALS.some((pattern) => pattern.test(path));
}

const HISTORY_STORE = /(?:^|\/)\.git\/(?:objects|refs|logs|packed-refs|ORIG_HEAD|FETCH_HEAD|.*HEAD)(?:\/|$)/;

/** Git's own store of commits and names of them. */
export function isHistoryStore(path: string): boolean {
  return HISTORY_STORE.test(path);
}

export function isGitFolder(path: string): boolean {
  return /(?:^|\/)\.git(?:\/|$)/.test(path);
}
