import type { Fault, StandinName, StandinReply } from '../../packages/models/test/standins/index.ts';
import { type Random, randomOf } from '../repair/random.ts';

/** What is to befall one rollout: everything follows from the seed and its number. */
export interface Plan {
  readonly job: number;
  readonly provider: StandinName;
  /** One reply for each turn of the model, each with one call or a text; then it hands in. */
  readonly turns: readonly StandinReply[];
  /** By request, counted from 0 over the whole life of the rollout. */
  readonly faults: ReadonlyMap<number, ModelFault>;
  /** Of the events it writes, those whose writing the disk refuses. */
  readonly diskFull: ReadonlySet<number>;
  readonly check: boolean;
  readonly limits: { readonly steps?: number; readonly tokens?: number };
}

export interface ModelFault {
  readonly name: string;
  readonly what:
    | { readonly kind: 'fault'; readonly fault: Fault }
    /** Whole, billed, and of no use. */
    | { readonly kind: 'reply'; readonly reply: StandinReply };
  /** It stays until the rollout has paused for it. */
  readonly lasts?: true;
}

const PROVIDERS = ['anthropic', 'openai-responses', 'openai-chat', 'google'] as const;

const fault = (kind: Exclude<Fault['kind'], 'redirect'>, extra: object = {}): ModelFault => ({
  name: kind,
  what: { kind: 'fault', fault: { kind, ...extra } as Fault },
});
const lasting = (each: ModelFault): ModelFault => ({ ...each, name: `${each.name}, lasting`, lasts: true });
const reply = (name: string, given: StandinReply): ModelFault => ({
  name,
  what: { kind: 'reply', reply: given },
});

/** More often those that happen more often. */
const PASSING: readonly ModelFault[] = [
  fault('rate-limited', { retryAfter: '1' }),
  fault('rate-limited'),
  fault('server-error'),
  fault('overloaded'),
  fault('overloaded-in-stream'),
  fault('overloaded-half-way'),
  fault('cut'),
  fault('reset'),
  fault('hang-up'),
  fault('reset-at-once'),
  fault('garbage'),
  fault('not-json'),
  fault('web-page'),
  fault('nothing'),
  reply('reply cut by length', { text: 'I will now', finish: 'length' }),
  reply('content filter', { text: 'I', finish: 'content-filter' }),
  reply('empty reply', {}),
  reply('text without a call', { text: 'Let me think.' }),
  reply('unknown tool', { calls: [{ tool: 'browse_web', input: {} }] }),
  reply('wrong arguments', { calls: [{ tool: 'bash', input: { comand: 'ls' } }] }),
  reply('malformed arguments', { calls: [{ tool: 'bash', input: '{"command": "ech' }] }),
];
/** Each holds a place among those that run for as long as the silence lasts. */
const SILENT: readonly ModelFault[] = [fault('silence'), fault('silence-half-way')];
const LASTING: readonly ModelFault[] = [
  lasting(fault('rate-limited', { retryAfter: '7200' })),
  lasting(fault('server-error')),
  lasting(fault('overloaded')),
  lasting(fault('cut')),
  lasting(fault('out-of-credit')),
  lasting(fault('forbidden')),
  lasting(fault('not-found')),
  lasting(fault('bad-request')),
  lasting({
    name: 'redirect',
    what: { kind: 'fault', fault: { kind: 'redirect', to: 'http://127.0.0.1:1' } },
  }),
];
const FULL_CONTEXT = fault('context-too-long');

/** A turn's action, by name; what fails, hangs, floods or leaves something running among them. */
const ACTIONS: Readonly<Record<string, (n: number) => object>> = {
  append: (n) => ({ command: `echo ${n} >> note.txt` }),
  mend: () => ({ command: 'echo fixed >> note.txt' }),
  'new file': (n) => ({ command: `mkdir -p made && echo ${n} > made/${n}.txt` }),
  'failing command': () => ({ command: 'exit 3' }),
  'missing program': () => ({ command: 'no-such-program-anywhere' }),
  'hang, cut by its limit': () => ({ command: 'echo before; sleep 600', timeout_seconds: 1 }),
  'huge output': () => ({ command: 'head -c 3000000 /dev/zero | tr "\\0" x | fold -w 120' }),
  'binary output': () => ({ command: 'head -c 5000 /dev/urandom' }),
  'job left behind': () => ({ command: 'sleep 300 & echo left' }),
  'kills its shell': () => ({ command: 'kill -9 $$' }),
  'removes everything': () => ({ command: 'rm -rf ./*; ls' }),
};
const HARMLESS = ['append', 'mend', 'new file'];

/** Chances, each of a request, an event or a rollout. */
const CHANCE = { passing: 0.1, silent: 0.002, lasting: 0.01, full: 0.004, tool: 0.25, disk: 0.006 } as const;
/** Requests and events that a rollout can come to, with all that befalls it. */
const MOST_REQUESTS = 40;
const MOST_EVENTS = 200;

export function planOf(seed: number, job: number): Plan {
  const random = randomOf(`soak ${seed} ${job}`);
  const provider = random.pick(PROVIDERS);
  return {
    job,
    provider,
    turns: turnsOf(random),
    faults: faultsOf(random, provider),
    diskFull: new Set(numbers(MOST_EVENTS).filter((n) => n > 0 && random.next() < CHANCE.disk)),
    check: random.next() < 0.4,
    limits: random.next() < 0.06 ? { steps: 2 } : random.next() < 0.04 ? { tokens: 1_500 } : {},
  };
}

/** The action a turn takes, as the table of what befell tells it; null: nothing that could go wrong. */
export function troubleOf({ calls }: StandinReply): string | null {
  const command = (calls?.[0]?.input as { command?: unknown } | undefined)?.command;
  if (command === undefined) return null;
  for (const [name, make] of Object.entries(ACTIONS))
    if (!HARMLESS.includes(name) && (make(0) as { command: string }).command === command) return name;
  return null;
}

function turnsOf(random: Random): StandinReply[] {
  const troubles = Object.keys(ACTIONS).filter((name) => !HARMLESS.includes(name));
  return numbers(1 + Math.floor(random.next() * 5)).map((n) => {
    const name = random.pick(random.next() < CHANCE.tool ? troubles : HARMLESS);
    return { calls: [{ tool: 'bash', input: ACTIONS[name]!(n) }] };
  });
}

function faultsOf(random: Random, provider: StandinName): Map<number, ModelFault> {
  const found = new Map<number, ModelFault>();
  for (const n of numbers(MOST_REQUESTS)) {
    const chance = random.next();
    const { full, lasting: lasts, silent, passing } = CHANCE;
    if (chance < full) found.set(n, FULL_CONTEXT);
    else if (chance < full + lasts) found.set(n, random.pick(LASTING));
    else if (chance < full + lasts + silent) found.set(n, random.pick(SILENT));
    else if (chance < full + lasts + silent + passing) found.set(n, random.pick(PASSING));
    // Gemini's arguments are objects: they cannot be broken.
    if (provider === 'google' && found.get(n)?.name === 'malformed arguments') found.delete(n);
  }
  return found;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
