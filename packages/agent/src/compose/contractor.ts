import { solo as loop } from '../solo.ts';
import { type Agent, agent } from './agent.ts';
import { acceptanceChecks, type Contract, contractSchema } from './delegate.ts';

/** The default agent at work for another: its acceptance commands are checks, so they run by themselves. */
export const contractor: Agent<Contract, Contract> = agent<Contract, Contract>(
  { name: 'contractor', source: import.meta.url, uses: [loop], input: contractSchema },
  async (state, run) => {
    const { checks, task } = run.ground;
    const own = await acceptanceChecks(state.value, task.repo);
    const known = new Set(checks.map(({ command }) => command));
    return run.rollout(state, { checks: [...checks, ...own.filter(({ command }) => !known.has(command))] });
  },
);
