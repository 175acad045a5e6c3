import type { Store } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import type { Instance } from '../instance.ts';
import { PatchPlace } from '../scorers/place.ts';
import { journalOf } from '../scorers/trial-journal.ts';
import type { Flag } from './flag.ts';
import { scanTrial } from './scan.ts';

export interface ScanPlace {
  readonly store: Store;
  /** Heddle's data folder. */
  readonly home: string;
  readonly sandbox: SandboxKind | 'auto';
  readonly signal: AbortSignal;
}

/** {@link scanTrial} of an attempt that has just ended, or of one long ago: all it needs is kept. */
export async function scanAttempt(
  {
    instance,
    rollouts,
    patch,
  }: { readonly instance: Instance; readonly rollouts: readonly string[]; readonly patch: string },
  { store, home, sandbox, signal }: ScanPlace,
): Promise<Flag[]> {
  const place = new PatchPlace(instance, patch, {
    home,
    sandbox,
    signal,
    id: `${rollouts[0] ?? instance.id}-scan`,
  });
  try {
    return await scanTrial({
      instance,
      patch,
      events: () => journalOf(store, rollouts),
      open: (which) => place.open(which),
    });
  } finally {
    await place.close();
  }
}
