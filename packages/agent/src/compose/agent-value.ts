import { issueText, OperatorError } from '@heddle/core';
import type { Agent } from './agent.ts';

/** Throws OperatorError `agent-value`: what an agent takes or gives is not what it says. */
export function parsedValue<In, Out, K extends 'input' | 'output'>(
  { op: { name }, input, output }: Agent<In, Out>,
  which: K,
  value: unknown,
): K extends 'input' ? In : Out {
  const schema = which === 'input' ? input : output;
  const result = schema?.safeParse(value);
  if (result === undefined) return value as never;
  if (result.success) return result.data as never;
  const problem = issueText(result.error.issues[0]!);
  throw new OperatorError(
    'agent-value',
    `the agent ${name} ${which === 'input' ? 'was given' : 'gave'} a value that its ${which} schema refuses: ${problem}`,
    { hint: which === 'input' ? 'look at what the agent before it gives' : 'mend the agent or its schema' },
  );
}
