import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '@heddle/core';
import * as z from 'zod/mini';
import type { Instance } from '../instance.ts';
import type { InfraFault } from '../verdict.ts';

/** How the run went that an instance's other runs are held against. */
export interface Reference {
  /** Null: its tests ran to their end and could be read. */
  readonly fault: InfraFault | null;
}

const referenceSchema = z.object({
  fault: z.nullable(
    z.object({
      class: z.enum(['provider', 'machine', 'sandbox', 'environment', 'grader']),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

/** References on their way, of this process: attempts at one instance end at about the same time. */
const MAKING = new Map<string, Promise<Reference>>();

/** The reference that is kept; without one `run` makes it. A fault of the machine's is not kept: it may pass. */
export function referenceOf(
  instance: Instance,
  home: string,
  run: () => Promise<Reference>,
): Promise<Reference> {
  const file = fileOf(instance, home);
  const kept = readReference(file);
  if (kept !== null) return Promise.resolve(kept);
  const making = MAKING.get(file);
  if (making !== undefined) return making;
  const made = run()
    .then((reference) => {
      keepReference(instance, home, reference);
      return reference;
    })
    .finally(() => MAKING.delete(file));
  MAKING.set(file, made);
  return made;
}

/** Keeps a reference that was run for its own sake. */
export function keepReference(instance: Instance, home: string, reference: Reference): void {
  if (reference.fault?.class === 'machine' || reference.fault?.class === 'sandbox') return;
  const file = fileOf(instance, home);
  mkdirSync(join(home, 'references'), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, JSON.stringify(reference));
  renameSync(part, file);
}

function readReference(file: string): Reference | null {
  try {
    return referenceSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // none yet, or of another form: it is run anew
  }
}

/** Whatever decides how the run goes. */
function fileOf({ files, grading, gold, environment }: Instance, home: string): string {
  const text = canonicalJson({ files, grading, gold, environment });
  return join(home, 'references', `${createHash('sha256').update(text).digest('hex').slice(0, 24)}.json`);
}
