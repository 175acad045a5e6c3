import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Environment } from '../instance.ts';

const environmentSchema = z.object({
  name: z.string(),
  image: z.optional(z.string()),
  shown: z.optional(z.array(z.string())),
  path: z.optional(z.array(z.string())),
  variables: z.optional(z.record(z.string(), z.string())),
  setup: z.optional(z.array(z.string())),
});

/** A text names another entry of the file. */
const fileSchema = z.record(z.string(), z.union([z.string(), environmentSchema]));

/** Of a task, most specific first: what a file about tasks may call it. */
export interface TaskNames {
  readonly id: string;
  readonly repo: string;
  readonly version: string | null;
}

/** `instance`, `owner/repo@version`, `owner/repo`, `*`. */
export function keysOf({ id, repo, version }: TaskNames): string[] {
  return [id, ...(version === null ? [] : [`${repo}@${version}`]), repo, '*'];
}

/**
 * Local environments from a file (`docs/harness.md`): a JSON map from an instance, `repo@version` or `repo` to an
 * environment, or to the name of another entry. Folders in it are relative to the file.
 * Throws OperatorError `environments-unreadable`.
 */
export function readEnvironments(path: string): (task: TaskNames) => Environment | null {
  const file = resolve(path);
  const entries = entriesOf(file);
  const inFolder = (folders: readonly string[]) => folders.map((folder) => resolve(dirname(file), folder));
  const named = (key: string, seen: readonly string[] = []): Environment | null => {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry === undefined && seen.length === 0) return null;
    if (entry === undefined || seen.includes(key)) {
      throw refusal(file, `"${seen.at(-1)}" stands for "${key}", which is no environment in it`);
    }
    if (typeof entry === 'string') return named(entry, [...seen, key]);
    const { shown, path: folders, ...rest } = entry;
    return {
      ...rest,
      ...(shown && { shown: inFolder(shown) }),
      ...(folders && { path: inFolder(folders) }),
    } as Environment;
  };
  return (task) => {
    for (const key of keysOf(task)) {
      const found = named(key);
      if (found !== null) return found;
    }
    return null;
  };
}

function entriesOf(file: string): z.infer<typeof fileSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refusal(file, messageOf(error));
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusal(file, issueText(parsed.error.issues[0]!));
}

function refusal(file: string, what: string): OperatorError {
  return new OperatorError('environments-unreadable', `${file}: ${what}`, {
    hint: 'a JSON map from instance, repo@version or repo to an environment: see docs/harness.md',
  });
}
