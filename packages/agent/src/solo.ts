import { op } from '@heddle/core';
import { run, type Session } from './loop.ts';
import { AUDITOR_PROMPT } from './prompts/auditor.ts';
import { MEMORY_PROMPT } from './prompts/memory.ts';
import { SOLO_PROMPT } from './prompts/solo.ts';

/** The default agent: one loop, one model, few tools. */
export const solo = op(
  {
    name: 'solo',
    kind: 'agent',
    source: import.meta.url,
    // Its hands and tools, and the fold that makes its prompt: handed to it, but as much its behaviour as the loop.
    also: ['./session.ts', './result.ts'].map((file) => new URL(file, import.meta.url).href),
    prompts: { system: SOLO_PROMPT, memory: MEMORY_PROMPT, auditor: AUDITOR_PROMPT },
  },
  (session: Session): Promise<void> => run(session),
);
