import type { EventOf } from '@heddle/core';
import { count, printable } from './text.ts';

type Prepared = EventOf<'workspace.prepared'>;

/** Names listed of one kind; a monorepo has dozens. */
const MAX_NAMES = 6;

/** What a rollout was told of its repository beforehand, a line for each kind. */
export function knowledgeText({ guides = [], skills = [] }: Prepared): string[] {
  const names = { guides: guides.map(({ path }) => path), skills: skills.map(({ name }) => name) };
  return Object.entries(names).flatMap(([what, all]) => listed(what, all));
}

/** The same with nothing left out, a text for each. */
export function knowledgeInFull({ guides = [], skills = [] }: Prepared): string[] {
  return [
    ...guides.map(({ path, text }) => `${path}:\n${text}`),
    ...skills.map(({ name, description, path }) => `${path}:\n${name}: ${description}`),
  ];
}

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).map(printable).join(', ');
  return [`${what}: ${shown}${more > 0 ? `, ${count(more, 'other')}` : ''}`];
}
