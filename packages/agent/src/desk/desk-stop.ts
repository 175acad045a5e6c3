import { type Desk, OperatorError } from '@heddle/core';

/** A person who wants it to stop waits so long at most, besides what the putting away takes. */
const POLL_MS = 500;

/**
 * Calls `onStop` once somebody at the desk wants it to stop; `of` gives whom, or null while nobody knows. Nothing is kept
 * running for it. Gives what ends it.
 */
export function listenForStop(desk: Desk, of: () => string | null, onStop: () => void): () => void {
  const timer = setInterval(() => {
    const id = of();
    if (id === null || !isStopped(desk, id)) return;
    clearInterval(timer);
    onStop();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** A store that cannot be reached right now ends what runs by itself, if it must. */
function isStopped(desk: Desk, id: string): boolean {
  try {
    return desk.take(id, 'stop').length > 0;
  } catch (error) {
    if (error instanceof OperatorError) return false;
    throw error;
  }
}
