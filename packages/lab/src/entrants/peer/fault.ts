import type { InfraClass, InfraFault } from '../../verdict.ts';

interface Sign {
  readonly class: InfraClass;
  readonly code: string;
  /** HTTP statuses, where a text says that a number is one. */
  readonly statuses?: readonly number[];
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
    statuses: [401],
    pattern:
      /unauthori[sz]ed|invalid (?:x-)?api[- ]key|authentication[_ ](?:error|required|failed)|please (?:run \/)?log ?in|not logged in/i,
  },
  {
    class: 'provider',
    code: 'out-of-credit',
    pattern: /credit balance is too low|insufficient_quota|billing/i,
  },
  {
    class: 'provider',
    code: 'rate-limited',
    statuses: [429],
    pattern: /rate[ -]?limit|too many requests|RESOURCE_EXHAUSTED/i,
  },
  { class: 'provider', code: 'overloaded', statuses: [529], pattern: /overloaded/i },
  {
    class: 'provider',
    code: 'server-error',
    statuses: [500, 502, 503, 504],
    pattern: /internal server error|bad gateway|service unavailable/i,
  },
  {
    class: 'provider',
    code: 'unreachable',
    pattern:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|fetch failed|connection error|unable to connect|not on the list of allowed hosts/i,
  },
  { class: 'machine', code: 'disk-full', pattern: /ENOSPC|no space left on device/i },
];

/** `HTTP 503`, `API Error: 401`, `status code 429`. */
const STATUS = /\b(?:https?|status|error|api)\W{0,4}(?:code\W{0,4})?([45]\d\d)\b/i;
/** JSON-RPC code by which an agent says that somebody has to log in first. */
const AUTH_REQUIRED = -32_000;
/** Of a long text, its end says why a program gave up. */
const TAIL = 4_000;

/** Null: the failure is the program's own. `code`: of a JSON-RPC error. */
export function faultIn(text: string, code?: number): InfraFault | null {
  const message = oneLine(text.slice(-TAIL));
  if (code === AUTH_REQUIRED) return { class: 'provider', code: 'unauthorized', message };
  const status = Number(STATUS.exec(message)?.[1]);
  const sign = SIGNS.find(({ statuses, pattern }) => statuses?.includes(status) || pattern.test(message));
  return sign === undefined ? null : { class: sign.class, code: sign.code, message };
}

/** Characters of a reason: a line for people. */
const MAX_REASON = 400;

export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length <= MAX_REASON ? line : `…${line.slice(1 - MAX_REASON)}`;
}
