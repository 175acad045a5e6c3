import { scriptedModel } from '@heddle/models';
import type { TestOptions } from 'vitest';
import { solve } from '../../src/solve.ts';
import { BUGGY, FINISH, HOST, repository, runtime } from '../support.ts';

export interface Seen {
  readonly content: string;
  readonly outcome: string;
  readonly details: Record<string, unknown>;
}

/** Long outputs and slow programs: these tests wait for programs, not for a clock. */
export const SLOW: TestOptions = { timeout: 120_000 };

/** Plays one rollout with a call of a tool per step, and gives what each answered, times left out. */
export async function play(
  calls: readonly { readonly tool: string; readonly input: unknown }[],
  options: {
    readonly files?: Record<string, string>;
    readonly between?: (step: number) => void;
    /** Besides the default ones. */
    readonly tools?: readonly string[];
    /** With the repository's own check, which fails. */
    readonly checked?: boolean;
  } = {},
) {
  const run = runtime();
  const script = [...calls.map((each) => ({ calls: [each] })), { calls: [FINISH] }, { calls: [FINISH] }];
  const repo = repository(options.files ?? BUGGY);
  const { observer } = run;
  const result = await solve(
    {
      task: 'x',
      repo,
      model: scriptedModel(script),
      ...(options.checked ? {} : { checks: [] }),
      tools: [...(options.tools ?? [])],
      ...HOST,
    },
    {
      ...run,
      observer: {
        ...observer,
        event: (recorded) => {
          observer?.event?.(recorded);
          if (recorded.event.type === 'action.completed') options.between?.(recorded.event.step);
        },
      },
    },
  );
  const seen = run.seen.flatMap(({ event }): Seen[] =>
    event.type === 'action.completed' && calls.length > 0
      ? [
          {
            content: event.content.replaceAll(/\b\d+(?:\.\d+)? s\b/g, 'N s'),
            outcome: event.outcome,
            details: event.details as Record<string, unknown>,
          },
        ]
      : [],
  );
  return { result, repo, seen: seen.slice(0, calls.length), events: run.seen };
}

export const bash = (input: object | string) => ({
  tool: 'bash',
  input: typeof input === 'string' ? { command: input } : input,
});
