import {
  STANDINS,
  type Standin,
  type StandinName,
  type StandinReply,
  type StandinRequest,
  startStandin,
} from '../../packages/models/test/standins/index.ts';
import { type ModelFault, type Plan, troubleOf } from './plan.ts';

/** By which a server knows which rollout asks. */
export const JOB_HEADER = 'x-soak-job';

/** A reply that a server sent whole: what a provider would bill. */
export interface Billed {
  readonly job: number;
  /** No two replies to one rollout have the same. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The model servers of a soak, one for each wire format; they keep the books that the ledgers are held against. */
export interface Servers {
  readonly billed: readonly Billed[];
  /** How often what was injected. */
  readonly injected: ReadonlyMap<string, number>;
  readonly requests: number;
  /** What a provider's model is opened with, apart from the key. */
  env(provider: StandinName): Record<string, string>;
  key(provider: StandinName): string;
  /** From now on another key is good. */
  rotate(provider: StandinName, key: string): void;
  /** The fault that lasts is over for this rollout. */
  heal(job: number): void;
  close(): Promise<void>;
}

const FINISH: StandinReply = {
  calls: [{ tool: 'finish', input: { summary: 'It is done.', probability: 0.5 } }],
};

export async function startServers(planOf: (job: number) => Plan): Promise<Servers> {
  const books = new Books(planOf);
  const names = Object.keys(STANDINS) as StandinName[];
  const running = new Map<StandinName, Standin & { readonly env: Record<string, string> }>();
  for (const name of names) running.set(name, await startStandin(name, (request) => books.answer(request)));
  return {
    billed: books.billed,
    injected: books.injected,
    get requests() {
      return books.requests;
    },
    env: (provider) => running.get(provider)!.env,
    key: (provider) => running.get(provider)!.key,
    rotate: (provider, key) => running.get(provider)!.rotate(key),
    heal: (job) => books.heal(job),
    close: async () => {
      for (const standin of running.values()) await standin.close();
    },
  };
}

/** What has been asked by one rollout, and what it suffers from. */
interface Account {
  requests: number;
  replies: number;
  ailment: ModelFault | null;
}

class Books {
  readonly billed: Billed[] = [];
  readonly injected = new Map<string, number>();
  requests = 0;
  readonly #planOf: (job: number) => Plan;
  readonly #accounts = new Map<number, Account>();

  constructor(planOf: (job: number) => Plan) {
    this.#planOf = planOf;
  }

  heal(job: number): void {
    this.#accountOf(job).ailment = null;
  }

  answer(request: StandinRequest): StandinReply {
    const job = Number(request.headers[JOB_HEADER]);
    const plan = this.#planOf(job);
    const account = this.#accountOf(job);
    const fault = account.ailment ?? plan.faults.get(account.requests);
    this.requests += 1;
    account.requests += 1;
    if (fault?.lasts) account.ailment = fault;
    const turn = plan.turns[turnsIn(request.body)] ?? FINISH;
    const given = fault?.what.kind === 'reply' ? fault.what.reply : turn;
    const trouble = fault?.what.kind === 'reply' ? null : troubleOf(given);
    if (fault !== undefined) this.#count(`model: ${fault.name}`);
    else if (trouble !== null) this.#count(`tool: ${trouble}`);
    if (fault?.what.kind === 'fault') return { ...turn, fault: fault.what.fault };
    return this.#billedReply(job, account, given);
  }

  #billedReply(job: number, account: Account, given: StandinReply): StandinReply {
    const n = account.replies;
    account.replies += 1;
    const usage = { inputTokens: 300 + n, outputTokens: 5 + (n % 7) };
    return {
      ...given,
      // Each call has an id of its own, as with a real provider.
      calls: (given.calls ?? []).map((call) => ({ ...call, id: `call_${job}_${n}` })),
      usage,
      sent: () => this.billed.push({ job, ...usage }),
    };
  }

  #accountOf(job: number): Account {
    const found = this.#accounts.get(job) ?? { requests: 0, replies: 0, ailment: null };
    this.#accounts.set(job, found);
    return found;
  }

  #count(what: string): void {
    this.injected.set(what, (this.injected.get(what) ?? 0) + 1);
  }
}

interface Turn {
  readonly role?: string;
  readonly type?: string;
}

/** How often the model has spoken in this conversation, in whatever format it is written. */
function turnsIn(body: Record<string, unknown>): number {
  const turns = (body.messages ?? body.input ?? body.contents) as readonly Turn[];
  return turns.filter(
    ({ role, type }) => role === 'assistant' || role === 'model' || type === 'function_call',
  ).length;
}
