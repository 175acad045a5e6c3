import { hookRecordsOf } from '@heddle/agent';
import type { EventOf } from '@heddle/core';
import { oneLine } from './text.ts';

/** What hooks did about an action, a line for each that did something. */
export function hookLines({
  details,
}: EventOf<'action.completed'>): { readonly text: string; readonly failed: boolean }[] {
  return hookRecordsOf(details).flatMap(({ hook, did, text, input }) => {
    if (did === 'passed') return [];
    const name = `hook ${oneLine(hook)}`;
    const what = text ?? (input === undefined ? '' : JSON.stringify(input));
    const verb = did === 'failed' ? 'was passed over' : did;
    return [
      { text: [`${name} ${verb}`, oneLine(what)].filter(Boolean).join(': '), failed: did === 'failed' },
    ];
  });
}
