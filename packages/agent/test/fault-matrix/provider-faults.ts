import type { Fault, StandinReply } from '../../../models/test/standins/index.ts';

/** The providers of the matrix: name of the stand-in -> what it is called in the table. */
export const DIALECTS = {
  anthropic: 'Anthropic Messages',
  'openai-responses': 'OpenAI Responses',
  'openai-chat': 'OpenAI Chat',
  google: 'Gemini',
} as const;

export type DialectName = keyof typeof DIALECTS;

/** What befalls the second of four requests. */
export type Played =
  /** The server does this so many times in a row; no number: for ever. */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly times?: number }
  /** A whole reply that is of no use; it is billed. */
  | { readonly kind: 'reply'; readonly reply: StandinReply; readonly times?: number }
  /** The key is no longer good; `file`: a new one is in the file that it was read from. */
  | { readonly kind: 'rotated'; readonly file: boolean }
  /** It asks at this address from the first request on. `STANDIN` is the port of the server, `CLOSED` that of none. */
  | { readonly kind: 'address'; readonly url: string };

export interface ProviderFault {
  /** As it stands in the table. */
  readonly name: string;
  readonly play: Played;
  /** Formats that cannot express it, and why. */
  readonly not?: Partial<Record<DialectName, string>>;
  /** Seconds of silence after which a request counts as lost. Default: a minute, as in use. */
  readonly silenceSeconds?: number;
}

const fault = (kind: Exclude<Fault['kind'], 'redirect'>, times?: number): Played => ({
  kind: 'fault',
  fault: { kind } as Fault,
  ...(times === undefined ? {} : { times }),
});
const limited = (retryAfter: string | undefined, times?: number): Played => ({
  kind: 'fault',
  fault: { kind: 'rate-limited', ...(retryAfter === undefined ? {} : { retryAfter }) },
  ...(times === undefined ? {} : { times }),
});
const reply = (given: StandinReply, times = 1): Played => ({
  kind: 'reply',
  times,
  reply: { usage: { inputTokens: 200, outputTokens: 7 }, ...given },
});
/** Long enough for a busy machine to answer in. */
const SHORT_SILENCE = 2;
/** A label longer than a name may have: no resolver finds it, and none has to be asked. */
const NO_SUCH_HOST = `http://${'x'.repeat(70)}.invalid`;

export const PROVIDER_FAULTS: readonly ProviderFault[] = [
  { name: '429 once, with `retry-after: 12`', play: limited('12', 1) },
  { name: '429 for ever, with `retry-after: 12`', play: limited('12') },
  { name: '429 with a `retry-after` of two hours (the quota of the day)', play: limited('7200') },
  { name: '500 once', play: fault('server-error', 1) },
  { name: '500 for ever', play: fault('server-error') },
  { name: 'overloaded (529 or 503) twice', play: fault('overloaded', 2) },
  { name: 'overloaded for ever', play: fault('overloaded') },
  { name: '200, then an error as the first event', play: fault('overloaded-in-stream', 1) },
  { name: '200, then an error as an event half-way', play: fault('overloaded-half-way', 1) },
  { name: 'stream cut half-way', play: fault('cut', 1) },
  { name: 'stream cut every time', play: fault('cut') },
  { name: 'connection reset half-way', play: fault('reset', 1) },
  {
    name: 'silence before the first byte (60 s; here 2)',
    play: fault('silence', 1),
    silenceSeconds: SHORT_SILENCE,
  },
  {
    name: 'silence half-way (60 s; here 2)',
    play: fault('silence-half-way', 1),
    silenceSeconds: SHORT_SILENCE,
  },
  { name: 'connection closed before an answer', play: fault('hang-up', 1) },
  { name: 'connection reset before an answer', play: fault('reset-at-once', 1) },
  { name: 'bytes that are no HTTP', play: fault('garbage', 1) },
  { name: 'HTTP where TLS was expected', play: { kind: 'address', url: 'https://127.0.0.1:STANDIN' } },
  { name: 'connection refused', play: { kind: 'address', url: 'http://127.0.0.1:CLOSED' } },
  { name: 'name not found', play: { kind: 'address', url: NO_SUCH_HOST } },
  { name: "a proxy's page instead of JSON (502)", play: fault('not-json', 1) },
  { name: "a network's sign-in page (200)", play: fault('web-page', 1) },
  {
    name: 'redirect to another host',
    play: { kind: 'fault', fault: { kind: 'redirect', to: 'http://elsewhere.invalid' } },
  },
  {
    name: 'malformed tool arguments',
    play: reply({ calls: [{ tool: 'bash', input: '{"command": "ech' }] }),
    not: { google: 'arguments are objects' },
  },
  { name: 'unknown tool', play: reply({ calls: [{ tool: 'browse_web', input: {} }] }) },
  { name: 'empty reply, billed', play: reply({}) },
  { name: 'empty reply, not billed', play: { kind: 'fault', fault: { kind: 'nothing' }, times: 1 } },
  { name: 'reply cut by length', play: reply({ text: 'I will now', finish: 'length' }) },
  { name: 'content filter', play: reply({ text: 'I', finish: 'content-filter' }) },
  { name: 'content filter every time', play: reply({ text: 'I', finish: 'content-filter' }, 9) },
  { name: 'wrong key', play: fault('unauthorized') },
  { name: 'key rotated, the new one is in its file', play: { kind: 'rotated', file: true } },
  { name: 'key rotated, and no new one there', play: { kind: 'rotated', file: false } },
  { name: 'forbidden (403)', play: fault('forbidden') },
  { name: 'unknown model (404)', play: fault('not-found') },
  { name: 'out of credit', play: fault('out-of-credit') },
  { name: 'context too long', play: fault('context-too-long') },
  { name: 'bad request (400)', play: fault('bad-request') },
];
