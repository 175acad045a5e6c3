import {
  type AgentStateData,
  type CompositionEvent,
  type EventOf,
  lessOfUsage,
  sumOfUsage,
  type Usage,
  type Work,
} from '@heddle/core';

export interface AgentSpan {
  readonly started: EventOf<'agent.started'>;
  /** Of the rollout's own time, when it was first called. */
  readonly atSeconds: number;
  readonly end: AgentStateData | null;
}

export interface Delegated {
  readonly begun: EventOf<'rollout.delegated'>;
  /** As it last returned. */
  readonly returned: EventOf<'rollout.returned'> | null;
  /** It goes on when its agent asks for it: it has not returned, or was stopped on the way. */
  readonly open: boolean;
}

/** Ways to return that are no end: whoever asks again lets the rollout go on. */
const STOPPED: ReadonlySet<Work['status']> = new Set(['interrupted', 'model-unreachable', 'failed']);

/** All that was found out to choose among candidates. */
export interface SelectionRecord {
  readonly candidates: EventOf<'candidate.proposed'>[];
  readonly evidence: EventOf<'evidence.measured'>[];
  readonly dismissed: EventOf<'evidence.dismissed'>[];
  readonly comparisons: EventOf<'candidates.compared'>[];
  chosen: EventOf<'candidate.chosen'> | null;
}

interface Owed {
  readonly steps: number;
  readonly usd: number;
  readonly tokens: number;
  readonly usage: Usage;
}

interface Charge {
  readonly path: string;
  readonly usd: number;
  readonly tokens: number;
}

/** Where the agents of a rollout stand: a fold of its events. By path, so that nothing is done twice. */
export class Composition {
  readonly agents = new Map<string, AgentSpan>();
  readonly delegated = new Map<string, Delegated>();
  readonly values = new Map<string, unknown>();
  readonly selections = new Map<string, SelectionRecord>();
  readonly plans: EventOf<'plan.made'>[] = [];
  readonly parts: EventOf<'part.completed'>[] = [];
  readonly merges = new Map<string, EventOf<'patches.merged'>>();
  /** Paths of agents whose budget is used up. */
  readonly exhausted = new Set<string>();
  /** What was spent, and for whom. */
  readonly charges: Charge[] = [];
  /** Tokens of its rollouts, by kind. */
  usage: Usage | null = null;
  /** Model turns of its rollouts. */
  steps = 0;

  /** `seconds`: of the rollout's own time. */
  apply(event: CompositionEvent, seconds: number): void {
    switch (event.type) {
      case 'agent.started': {
        const before = this.agents.get(event.path);
        this.agents.set(event.path, {
          started: event,
          atSeconds: before?.atSeconds ?? seconds,
          end: null,
        });
        return;
      }
      case 'agent.completed': {
        const span = this.agents.get(event.path)!;
        this.agents.set(event.path, { ...span, end: event.outcome === 'failed' ? null : event.state });
        return;
      }
      case 'rollout.delegated':
        this.delegated.set(event.path, { begun: event, returned: null, open: true });
        return;
      case 'rollout.returned': {
        const { path, work } = event;
        const { usage, ...spent } = this.owed(event);
        const { begun } = this.delegated.get(path)!;
        this.delegated.set(path, { begun, returned: event, open: STOPPED.has(work.status) });
        this.charges.push({ path, usd: spent.usd, tokens: spent.tokens });
        this.steps += spent.steps;
        this.usage = this.usage === null ? usage : sumOfUsage(this.usage, usage);
        return;
      }
      case 'value.recorded':
        this.values.set(event.path, event.value);
        return;
      case 'plan.made':
        this.plans.push(event);
        return;
      case 'part.completed':
        this.parts.push(event);
        return;
      case 'patches.merged':
        this.merges.set(event.path, event);
        return;
      case 'candidate.proposed':
        this.#selection(event.path).candidates.push(event);
        return;
      case 'evidence.measured':
        this.#selection(event.path).evidence.push(event);
        return;
      case 'evidence.dismissed':
        this.#selection(event.path).dismissed.push(event);
        return;
      case 'candidates.compared':
        this.#selection(event.path).comparisons.push(event);
        return;
      case 'candidate.chosen':
        this.#selection(event.path).chosen = event;
        return;
      case 'budget.exhausted':
        this.exhausted.add(event.path);
        return;
      default:
        event satisfies never;
    }
  }

  /** What a rollout that returns has spent since it last did. */
  owed({ path, spent, usage }: EventOf<'rollout.returned'>): Owed {
    const before = this.delegated.get(path)?.returned;
    if (before == null) return { ...spent, usage };
    return {
      steps: spent.steps - before.spent.steps,
      usd: spent.usd - before.spent.usd,
      tokens: spent.tokens - before.spent.tokens,
      usage: lessOfUsage(usage, before.usage),
    };
  }

  /**
   * The rollout ended at a limit that is now higher: what a limit ended in it goes on, and what was chosen among such
   * ends is chosen again.
   */
  reopen(): void {
    this.exhausted.clear();
    for (const [path, span] of this.agents) {
      if (span.end?.work?.status !== 'limit') continue;
      this.agents.set(path, { ...span, end: null });
      this.merges.delete(path);
      if (this.selections.delete(path)) this.#forgetValuesOf(path);
    }
    for (const [path, each] of this.delegated)
      if (each.returned?.work.status === 'limit') this.delegated.set(path, { ...each, open: true });
  }

  /** A model was asked on behalf of the agent at `path`. */
  consulted(path: string, { usage, usd }: { usage: Usage; usd: number }): void {
    this.charges.push({ path, usd, tokens: usage.inputTokens + usage.outputTokens });
  }

  /** Spent by the agent at `path` and all it called; '' is the whole. */
  spentUnder(path: string): { usd: number; tokens: number } {
    const under = this.charges.filter((each) => isUnder(each.path, path));
    return {
      usd: under.reduce((total, { usd }) => total + usd, 0),
      tokens: under.reduce((total, { tokens }) => total + tokens, 0),
    };
  }

  /** What was found out about candidates that may be others now. */
  #forgetValuesOf(path: string): void {
    for (const key of this.values.keys())
      if (key.startsWith(`${path}/`) && !key.includes('/', path.length + 1)) this.values.delete(key);
  }

  #selection(path: string): SelectionRecord {
    let record = this.selections.get(path);
    if (record === undefined) {
      record = { candidates: [], evidence: [], dismissed: [], comparisons: [], chosen: null };
      this.selections.set(path, record);
    }
    return record;
  }
}

function isUnder(path: string, top: string): boolean {
  return top === '' || path === top || path.startsWith(`${top}/`);
}
