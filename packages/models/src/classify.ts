import { OperatorError, systemCode } from '@heddle/core';
import { REDIRECTED } from './answer.ts';
import { FAILURES, ModelError, type ModelErrorCode } from './errors.ts';
import type { Model } from './model.ts';
import { SILENT } from './silence.ts';

/** A provider's words are cut here: enough for a sentence and a request id, short enough for one line. */
const WORDS_CHARS = 300;

/**
 * Turns whatever a provider threw or streamed into a {@link ModelError}. Errors that already have a name pass through;
 * a bug of ours (TypeError and the like, with no sign of a provider) comes back as it is.
 */
export function classify(thrown: unknown, model: Model, signal?: AbortSignal): unknown {
  if (thrown instanceof OperatorError) return thrown;
  const facts = factsOf(thrown);
  const code = signal?.aborted ? 'aborted' : codeOf(facts);
  if (code === undefined) return thrown;
  const status = facts.status !== undefined && facts.status >= 400 ? facts.status : undefined;
  const words = oneLine(model.dialect?.mask(facts.words) ?? facts.words);
  const what = `${model.id}: ${FAILURES[code].words}${status === undefined ? '' : ` (${status})`}`;
  const keyFrom = model.dialect?.keyFrom;
  return new ModelError(code, words === '' ? what : `${what}: ${words}`, {
    status,
    retryAfterSeconds: facts.retryAfterSeconds,
    ...(code === 'unauthorized' && keyFrom ? { hint: `check the key in ${keyFrom}` } : {}),
    // Not the thrown error itself: an AI SDK error holds the whole request, headers of the answer included.
    cause: facts.system === undefined ? undefined : facts.system,
  });
}

interface Facts {
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The provider's message, or the error's own. */
  readonly words: string;
  /** Message and body: what dialect patterns are searched in. */
  readonly text: string;
  /** Code of a system or fetch error at the bottom of it (`ECONNREFUSED`, `UND_ERR_SOCKET`…). */
  readonly system: string | undefined;
  readonly name: string;
  readonly fromProvider: boolean;
}

/**
 * Reads the fields that the AI SDK's APICallError (thrown) and ProviderStreamError (streamed) share.
 * By their shape, not by their class, so that no provider code is loaded to look at an error.
 */
function factsOf(thrown: unknown): Facts {
  const record = isRecord(thrown) ? thrown : {};
  const nested = isRecord(record.error) ? record.error : {};
  const message = firstText(record.message, nested.message) ?? String(thrown);
  const body = firstText(record.responseBody) ?? textOf(record.data);
  const headers = isRecord(record.responseHeaders) ? record.responseHeaders : {};
  const status = firstNumber(record.statusCode, record.status, nested.code, record.code);
  return {
    status,
    retryAfterSeconds: retryAfter(headers, timeOf(headers)) ?? retryDelay(body),
    words: message,
    text: `${message} ${body} ${firstText(record.type, record.code, nested.type, nested.code) ?? ''}`,
    system: systemOf(thrown),
    name: firstText(record.name) ?? '',
    fromProvider:
      !(thrown instanceof Error) || status !== undefined || (firstText(record.name) ?? '').startsWith('AI_'),
  };
}

function codeOf(facts: Facts): ModelErrorCode | undefined {
  if (facts.system === SILENT) return 'silent';
  if (facts.system === REDIRECTED) return 'redirected';
  if (facts.status !== undefined && facts.status >= 400) return codeOfStatus(facts.status, facts.text);
  // The answer had begun (a status below 400) and then the connection or its contents broke.
  if (facts.status !== undefined) return 'stream-cut';
  if (facts.system !== undefined) return 'unreachable';
  if (facts.name === 'AbortError' || facts.name === 'TimeoutError') return 'stream-cut';
  if (!facts.fromProvider) return undefined;
  if (REFUSED_BEFORE_SENDING.has(facts.name)) return 'bad-request';
  // Without a status no answer had begun: bytes that are no HTTP, a port that fetch refuses.
  return codeOfWords(facts.text) ?? (facts.name === 'AI_APICallError' ? 'unreachable' : 'stream-cut');
}

/** The SDK's own refusals: the request never left, so sending it again cannot help. */
const REFUSED_BEFORE_SENDING: ReadonlySet<string> = new Set([
  'AI_InvalidArgumentError',
  'AI_InvalidPromptError',
  'AI_UnsupportedFunctionalityError',
]);

function codeOfStatus(status: number, text: string): ModelErrorCode {
  const named = codeOfWords(text);
  switch (status) {
    case 401:
      return 'unauthorized';
    case 402:
      return 'out-of-credit';
    case 403:
      return named === 'out-of-credit' ? named : 'forbidden';
    case 404:
      return 'not-found';
    case 413:
      return 'context-too-long';
    case 429:
      return named === 'out-of-credit' ? named : 'rate-limited';
    case 503:
    case 529:
      return 'overloaded';
    case 408:
    case 409:
    case 425:
      return 'server-error';
    default:
      if (status >= 500) return named === 'overloaded' ? named : 'server-error';
      return named ?? 'bad-request';
  }
}

/**
 * Providers say some things only in words: a too long conversation is a plain 400 in every dialect,
 * Google refuses a wrong key with 400, and a spent account may be a 400 or a 429.
 */
const WORDS: readonly (readonly [ModelErrorCode, RegExp])[] = [
  [
    'context-too-long',
    /prompt is too long|exceeds? (?:the |its |this )?(?:model'?s )?(?:maximum|context)|maximum context length|context[_ ](?:length|window|size|limit)|input token count|too many (?:input )?tokens|longer than the (?:model'?s )?context|request_too_large/i,
  ],
  [
    'out-of-credit',
    /insufficient_quota|credit balance|insufficient (?:credits|balance|funds)|billing_hard_limit/i,
  ],
  ['unauthorized', /api[_ ]key[_ ](?:not valid|invalid)|invalid[_ ](?:x-)?api[_ -]key|authentication_error/i],
  ['overloaded', /overloaded|UNAVAILABLE/],
  ['rate-limited', /rate_limit|RESOURCE_EXHAUSTED/],
  ['server-error', /server_error|api_error|INTERNAL/],
];

function codeOfWords(text: string): ModelErrorCode | undefined {
  return WORDS.find(([, pattern]) => pattern.test(text))?.[0];
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. A time in the past is no wait. */
export function retryAfter(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const milliseconds = headers['retry-after-ms'];
  if (typeof milliseconds === 'string' && milliseconds !== '' && Number.isFinite(Number(milliseconds)))
    return Math.max(0, Number(milliseconds) / 1000);
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (Number.isFinite(Number(value))) return Math.max(0, Number(value));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** The server's own clock, by which its dates are meant: this machine's may be hours off. */
function timeOf({ date }: Readonly<Record<string, unknown>>): number {
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? Date.now() : time;
}

/** Google names the wait in the body of a 429 (`"retryDelay": "34s"`), not in a header. */
function retryDelay(body: string): number | undefined {
  const match = /"retryDelay":\s*"([\d.]+)s"/.exec(body);
  return match ? Number(match[1]) : undefined;
}

/** Deep enough for fetch's error inside the SDK's inside the SDK's; a cycle must not hang us. */
const CAUSES = 6;

function systemOf(thrown: unknown): string | undefined {
  let found: string | undefined;
  for (
    let error = thrown, depth = 0;
    error instanceof Error && depth < CAUSES;
    error = error.cause, depth += 1
  ) {
    const code = systemCode(error);
    if (code !== undefined && /^[A-Z][A-Z0-9_]+$/.test(code)) found = code;
  }
  return found;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= WORDS_CHARS ? line : `${line.slice(0, WORDS_CHARS - 1)}…`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function firstNumber(...values: unknown[]): number | undefined {
  return values.find((value) => typeof value === 'number') as number | undefined;
}

function textOf(value: unknown): string {
  try {
    return value === undefined ? '' : (JSON.stringify(value) ?? '');
  } catch {
    return '';
  }
}
