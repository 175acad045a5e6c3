import { promptAt } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import { requestText } from '../render/request-text.ts';

/** What the model was asked in a step. */
export async function promptText(
  events: readonly Recorded[],
  step: number,
  { json }: { readonly json?: true },
): Promise<string> {
  const request = await promptAt(events, step);
  return json ? `${JSON.stringify(request, null, 2)}\n` : requestText(request);
}
