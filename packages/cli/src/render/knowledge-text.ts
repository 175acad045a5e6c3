import type { EventOf } from '@heddle/core';
import { count, printable } from './text.ts';

/** Names listed of one kind; a monorepo has dozens. */
const MAX_NAMES = 6;

/** What a rollout was told of its repository beforehand, a line for each kind. */
export function knowledgeText({ guides = [] }: EventOf<'workspace.prepared'>): string[] {
  return [
    ...listed(
      'guides',
      guides.map(({ path }) => path),
    ),
  ];
}

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).map(printable).join(', ');
  return [`${what}: ${shown}${more > 0 ? `, ${count(more, 'other')}` : ''}`];
}
