import * as z from 'zod/mini';
import { hasEnded } from '../leftovers.ts';
import { OWNER_LABEL } from './container-settings.ts';
import { CALL_MS, type Engine } from './engine.ts';

const listSchema = z.array(
  z.object({ Id: z.string(), Labels: z.optional(z.nullable(z.record(z.string(), z.string()))) }),
);

/**
 * Removes the containers of Heddle whose process has ended without doing so. Never one whose process lives, or may
 * live. Returns their ids.
 */
export async function sweepContainers({ docker }: Engine): Promise<string[]> {
  const call = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });
  const listed = await docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] }, ...call() });
  const left = listSchema.parse(listed).filter(({ Labels }) => hasEnded(Labels?.[OWNER_LABEL] ?? ''));
  const removed = await Promise.all(
    left.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true, ...call() })
        .then(
          () => [Id],
          () => [], // going by itself, or the next sweep's
        ),
    ),
  );
  return removed.flat();
}
