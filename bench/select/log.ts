import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A line of JSON for each thing that is done, so that a run that was broken off is gone on with. */
export interface Log<T extends { readonly id: string }> {
  /** The last line of each. */
  readonly lines: ReadonlyMap<string, T>;
  add(line: T): void;
}

/** `resume`: what is there is kept; or else it begins empty. */
export function openLog<T extends { readonly id: string }>(file: string, resume: boolean): Log<T> {
  const lines = new Map<string, T>();
  if (resume) for (const line of readLog<T>(file)) lines.set(line.id, line);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, [...lines.values()].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return {
    lines,
    add(line) {
      lines.set(line.id, line);
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
}

/** A last line that was cut off does not count. */
export function readLog<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
}
