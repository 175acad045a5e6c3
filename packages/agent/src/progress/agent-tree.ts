import { type EventOf, isCompositionEvent, type Recorded, type RolloutConfig, type Work } from '@heddle/core';
import * as z from 'zod/mini';
import { Composition, type Delegated } from '../compose/composition.ts';
import { type Branch, branchesOf, labelOf, nameOf } from './branches.ts';
import { ChildProgress } from './child-progress.ts';

export type AgentPhase = 'waiting' | 'exploring' | 'working' | 'ended' | 'failed';

/** One line of what is shown of an agent made of agents: a part that works, or a heading over its own parts. */
export interface AgentRow {
  readonly path: string;
  /** `#2` for an attempt, else its name. */
  readonly label: string;
  /** How many headings it stands below. */
  readonly depth: number;
  /** It has rows of its own below it. */
  readonly heading: boolean;
  /** Name of its agent; empty for one that has not begun. */
  readonly agent: string;
  readonly phase: AgentPhase;
  /** How it ended. */
  readonly work: Work | null;
  /** `failed`: why. */
  readonly why: string;
  readonly rollout: Delegated | null;
  readonly progress: ChildProgress | null;
}

/** How `bestOf` is written in a composition; other agents tell their parts when they begin. */
const attemptsSpec = z.object({ attempts: z.number(), fork: z.optional(z.string()) });

/** The agents of a rollout that is made of agents, and what each is doing: a fold of its events and its children's. */
export class AgentTree {
  readonly composition = new Composition();
  /** What is asked; empty before the rollout began. */
  task = '';
  /** Dollars of questions to models on behalf of agents, beside their rollouts. */
  consultedUsd = 0;
  readonly #children = new Map<string, ChildProgress>();
  readonly #failures = new Map<string, string>();
  /** Taken up again after they had returned. */
  readonly #again = new Set<string>();
  /** Paths of agents that had begun when the last plan was made. */
  #beforePlan: ReadonlySet<string> = new Set();
  #spec: z.infer<typeof attemptsSpec> | null = null;
  #atLimit = false;
  /** Until the next event. */
  #rows: readonly AgentRow[] | null = null;

  /** Nothing is shown of a rollout whose agent is made of none. */
  get isEmpty(): boolean {
    return this.composition.agents.size === 0;
  }

  /** An event of the rollout itself. */
  event({ event }: Recorded): void {
    this.#rows = null;
    if (event.type === 'rollout.started') {
      this.task = event.task.text;
      this.#configure(event.config);
    } else if (event.type === 'rollout.completed') {
      this.#atLimit = event.status === 'limit';
    } else if (event.type === 'rollout.resumed') {
      if (this.#atLimit) this.composition.reopen();
      this.#atLimit = false;
    } else if (event.type === 'model.consulted') {
      this.consultedUsd += event.usd;
      this.composition.consulted(event.path ?? '', event);
    } else if (isCompositionEvent(event)) {
      this.composition.apply(event, 0);
      if (event.type === 'plan.made') this.#beforePlan = new Set(this.composition.agents.keys());
      if (event.type === 'agent.completed' && event.outcome === 'failed')
        this.#failures.set(event.path, event.why ?? '');
      if (event.type === 'agent.started') this.#failures.delete(event.path);
      if (event.type === 'rollout.returned') this.#again.delete(event.rollout);
    }
  }

  /** An event of a rollout that works for one of its agents. */
  child(recorded: Recorded): void {
    this.#rows = null;
    const { rollout, event } = recorded;
    let progress = this.#children.get(rollout);
    if (progress === undefined) {
      progress = new ChildProgress();
      this.#children.set(rollout, progress);
    }
    if (event.type === 'rollout.forked') {
      const parent = this.#children.get(event.parent.rollout);
      if (parent !== undefined) progress.forkOf(parent, event.parent.step);
    }
    if (event.type === 'rollout.resumed') this.#again.add(rollout);
    progress.event(recorded);
  }

  /** Dollars so far, of rollouts under way too. */
  get usd(): number {
    return [...this.#children.values()].reduce((sum, { activity }) => sum + activity.usd, this.consultedUsd);
  }

  /** Name of the outermost agent that has several parts: whose parts the rows are. */
  get name(): string {
    const { top } = this.#branches();
    return top === null ? '' : (this.composition.agents.get(top)?.started.agent.name ?? '');
  }

  rows(): readonly AgentRow[] {
    this.#rows ??= this.#branches().branches.flatMap((branch) => this.#rowsOf(branch, 0));
    return this.#rows;
  }

  /** The part whose rollout is a candidate of a selection; its number counts where it names none. */
  partOf({ path, candidate, rollout }: EventOf<'candidate.proposed'>): AgentRow | undefined {
    return this.rows().find((row) =>
      rollout === null ? row.path === `${path}/${candidate}` : row.rollout?.begun.rollout === rollout,
    );
  }

  /** What a rollout is called here: the label of the part that it works for. */
  labelOf(rollout: string): string {
    return this.rows().find((row) => row.rollout?.begun.rollout === rollout)?.label ?? rollout;
  }

  #branches(): { readonly top: string | null; readonly branches: readonly Branch[] } {
    const { agents, delegated, plans } = this.composition;
    const found = branchesOf([...agents.keys(), ...delegated.keys()]);
    const { attempts = 0 } = this.#spec ?? {};
    if (found.top === null || this.composition.agents.get(found.top)?.started.agent.name !== 'bestOf')
      return { ...found, branches: withPlan(found, plans, this.#beforePlan) };
    const known = new Map(found.branches.map((branch) => [branch.label, branch]));
    const numbers = Array.from({ length: attempts }, (_, index) => `#${index + 1}`);
    const waiting = (label: string): Branch => ({
      path: `${found.top}/${label.slice(1)}`,
      label,
      end: null,
      parts: [],
    });
    const attempted = numbers.map((label) => known.get(label) ?? waiting(label));
    const others = found.branches.filter(({ label }) => !numbers.includes(label));
    return { top: found.top, branches: [...attempted, ...others] };
  }

  #rowsOf(branch: Branch, depth: number): AgentRow[] {
    return [this.#row(branch, depth), ...branch.parts.flatMap((part) => this.#rowsOf(part, depth + 1))];
  }

  #row({ path, label, end, parts }: Branch, depth: number): AgentRow {
    const { agents, delegated } = this.composition;
    const span = agents.get(path);
    const rollout = (end === null ? undefined : delegated.get(end)) ?? null;
    const failure = this.#failures.get(path);
    const goesOn = rollout !== null && this.#again.has(rollout.begun.rollout);
    const work = goesOn ? null : (span?.end?.work ?? rollout?.returned?.work ?? null);
    const begun = span !== undefined || rollout !== null;
    const ended = work !== null || (!goesOn && span?.end != null);
    const phase =
      failure !== undefined ? 'failed' : ended ? 'ended' : begun ? this.#phaseOf(rollout, label) : 'waiting';
    return {
      path,
      label,
      depth,
      heading: parts.length > 0,
      agent: span?.started.agent.name ?? rollout?.begun.agent.name ?? '',
      phase,
      work,
      why: failure ?? '',
      rollout,
      progress: rollout === null ? null : (this.#children.get(rollout.begun.rollout) ?? null),
    };
  }

  #phaseOf(rollout: Delegated | null, label: string): AgentPhase {
    const late = this.#spec?.fork === 'late' && (this.#spec.attempts ?? 0) > 1;
    if (!late || label !== '#1' || rollout === null) return 'working';
    return this.#children.get(rollout.begun.rollout)?.edited === true ? 'working' : 'exploring';
  }

  #configure({ agent }: RolloutConfig): void {
    this.#spec = attemptsIn(agent);
  }
}

/** The outermost `bestOf` in what makes an agent. */
function attemptsIn(recipe: unknown): z.infer<typeof attemptsSpec> | null {
  if (typeof recipe !== 'object' || recipe === null) return null;
  const parsed = attemptsSpec.safeParse((recipe as { bestOf?: unknown }).bestOf);
  if (parsed.success) return parsed.data;
  return (
    Object.values(recipe)
      .map(attemptsIn)
      .find((found) => found !== null) ?? null
  );
}

/**
 * Parts of the last plan that nobody has begun yet stand below those that somebody has. An earlier plan may have had a
 * part of the same name: `earlier` are the paths from before this plan.
 */
function withPlan(
  { top, branches }: ReturnType<typeof branchesOf>,
  plans: Composition['plans'],
  earlier: ReadonlySet<string>,
): readonly Branch[] {
  const plan = plans.at(-1);
  if (plan === undefined || plan.path !== top) return branches;
  const waiting = plan.parts.flatMap(({ name }) => {
    const same = branches.filter(({ path }) => nameOf(path) === name);
    if (same.some(({ path }) => !earlier.has(path))) return [];
    const path = `${top}/${name}${same.length === 0 ? '' : `#${same.length + 1}`}`;
    return [{ path, label: labelOf(path), end: null, parts: [] }];
  });
  return [...branches, ...waiting];
}
