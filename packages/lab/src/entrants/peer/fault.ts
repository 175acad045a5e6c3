import type { InfraClass, InfraFault } from '../../verdict.ts';

interface Sign {
  readonly class: InfraClass;
  readonly code: string;
  readonly pattern: RegExp;
}

/**
 * How foreign programs say that something failed which is not theirs. They have no codes in common, so that their words
 * are all there is; a short list on purpose: what is not on it counts as the program's own failure.
 */
const SIGNS: readonly Sign[] = [
  {
    class: 'provider',
    code: 'unauthorized',
    pattern:
      /\b401\b|unauthori[sz]ed|invalid (?:x-)?api[- ]key|authentication[_ ](?:error|required|failed)|please (?:run \/)?log ?in|not logged in/i,
  },
  {
    class: 'provider',
    code: 'out-of-credit',
    pattern: /credit balance is too low|insufficient_quota|billing/i,
  },
  {
    class: 'provider',
    code: 'rate-limited',
    pattern: /\b429\b|rate[ -]?limit|too many requests|RESOURCE_EXHAUSTED/i,
  },
  { class: 'provider', code: 'overloaded', pattern: /\b529\b|overloaded/i },
  {
    class: 'provider',
    code: 'server-error',
    pattern: /\b50[0234]\b|internal server error|bad gateway|service unavailable/i,
  },
  {
    class: 'provider',
    code: 'unreachable',
    pattern:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|fetch failed|connection error|unable to connect|not on the list of allowed hosts/i,
  },
  { class: 'machine', code: 'disk-full', pattern: /ENOSPC|no space left on device/i },
];

/** JSON-RPC code by which an agent says that somebody has to log in first. */
const AUTH_REQUIRED = -32_000;
/** Of a long text, its end says why a program gave up. */
const TAIL = 4_000;

/** Null: the failure is the program's own. `code`: of a JSON-RPC error. */
export function faultIn(text: string, code?: number): InfraFault | null {
  const message = oneLine(text.slice(-TAIL));
  if (code === AUTH_REQUIRED) return { class: 'provider', code: 'unauthorized', message };
  const sign = SIGNS.find(({ pattern }) => pattern.test(message));
  return sign === undefined ? null : { class: sign.class, code: sign.code, message };
}

/** Characters of a reason: a line for people. */
const MAX_REASON = 400;

export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length <= MAX_REASON ? line : `…${line.slice(1 - MAX_REASON)}`;
}
