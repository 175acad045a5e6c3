import { hookRecordsOf } from '@heddle/agent';
import type { EventOf } from '@heddle/core';
import { clip, oneLine } from './text.ts';

/** Of its command: enough to know it by, with room for what it did. */
const MAX_NAME_COLUMNS = 32;

/** What hooks did about an action, a line for each that did something. */
export function hookLines({
  details,
}: EventOf<'action.completed'>): { readonly text: string; readonly failed: boolean }[] {
  return hookRecordsOf(details).flatMap(({ hook, did, text, input }) => {
    if (did === 'passed') return [];
    const name = `hook ${clip(oneLine(hook), MAX_NAME_COLUMNS)}`;
    const what = text ?? (input === undefined ? '' : JSON.stringify(input));
    const verb = did === 'failed' ? 'was passed over' : did;
    return [
      { text: [`${name} ${verb}`, oneLine(what)].filter(Boolean).join(': '), failed: did === 'failed' },
    ];
  });
}
