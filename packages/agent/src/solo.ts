import { op } from '@heddle/core';
import { run, type Session } from './loop.ts';
import { SOLO_PROMPT } from './prompts/solo.ts';

/** The default agent: one loop, one model, few tools. */
export const solo = op(
  { name: 'solo', source: import.meta.url, prompts: { system: SOLO_PROMPT } },
  (session: Session): Promise<void> => run(session),
);
