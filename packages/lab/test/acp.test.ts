import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acpEntrant } from '../src/entrants/acp/entrant.ts';
import type { AcpEntry } from '../src/entrants/peer/peer-entry.ts';
import { contextOf, eventsOf, HEDDLE, jobOf } from './entrant-support.ts';

const AGENT = join(import.meta.dirname, 'fixtures/acp-agent.ts');
const entrant = (behaviour: string, more: Partial<AcpEntry> = {}) =>
  acpEntrant('acp:fixture', { command: [process.execPath, AGENT, behaviour], shown: [HEDDLE], ...more });

describe('a program that speaks ACP', () => {
  it('is driven from the task to its patch, and all it shows is journaled', async () => {
    const [job, context] = [jobOf(), contextOf()];
    const end = await entrant('solve').attempt(job, context);
    console.log(end);
    for (const e of eventsOf(context, job.rollout)) console.log(JSON.stringify(e).slice(0, 400));
    expect(end.status).toBe('unverified');
  });
});
