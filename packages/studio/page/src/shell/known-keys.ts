/** Keys that a part of the page understands, and what each does. */
export interface KeyGroup {
  /** It is in what lies over the page. */
  readonly over: boolean;
  readonly keys: Readonly<Record<string, string>>;
}

/** Two keys in a row: `g h` goes home. */
export const GO: Readonly<Record<string, readonly [path: string, name: string]>> = {
  h: ['/', 'Home'],
  e: ['/experiments', 'Experiments'],
  r: ['/rollouts', 'Rollouts'],
  v: ['/versions', 'Versions'],
};

const EVERYWHERE = [
  ...Object.entries(GO).map(([key, [, name]]) => [`g ${key}`, `go to ${name}`] as const),
  ['?', 'show these keys'] as const,
];

const groups = new Set<KeyGroup>();

/** Gives what takes it out again. */
export function addKeys(group: KeyGroup): () => void {
  groups.add(group);
  return () => {
    groups.delete(group);
  };
}

/** Every key that does something now: on the page, or in what lies over it. */
export function knownKeys(over: boolean): readonly (readonly [key: string, what: string])[] {
  const own = [...groups].filter((group) => group.over === over);
  return [...new Map([...own.flatMap(({ keys }) => Object.entries(keys)), ...EVERYWHERE])];
}
