import { AgentTree } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import { AgentsNarrator } from './agents/agents-narrator.ts';
import { Narrator } from './narrator.ts';
import type { Palette } from './palette.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

/** What happened before, and has been told already. */
export interface Past {
  /** Of the rollout, its ancestors' first. */
  readonly events: readonly Recorded[];
  /** Of the rollouts that worked for its agents, each whole. */
  readonly children: readonly Recorded[];
}

/** Tells a rollout and those that work for its agents; each call gives the lines that are now final. */
export class RunNarrator {
  readonly agents = new AgentTree();
  readonly #own: Narrator;
  readonly #agents: AgentsNarrator;

  constructor(look: () => Look, { events, children }: Past = { events: [], children: [] }) {
    this.#own = new Narrator(look);
    this.#agents = new AgentsNarrator(this.agents, look);
    for (const recorded of events) this.event(recorded);
    for (const recorded of children) this.child(recorded);
  }

  event(recorded: Recorded): string[] {
    this.agents.event(recorded);
    return [...this.#own.event(recorded), ...this.#agents.event(recorded)];
  }

  /** An event of a rollout that works on behalf of it. */
  child(recorded: Recorded): string[] {
    this.agents.child(recorded);
    return this.#agents.child(recorded);
  }
}
