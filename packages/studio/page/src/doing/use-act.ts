import { useState } from 'react';

interface Acting {
  readonly busy: boolean;
  readonly error: Error | null;
  /** Does it, and keeps what was said instead of an answer. True: it is done. */
  act(work: () => Promise<unknown>): Promise<boolean>;
}

/** Something that a person does: once at a time, and a refusal stays until it is tried again. */
export function useAct(): Acting {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  return {
    busy,
    error,
    async act(work) {
      setBusy(true);
      setError(null);
      try {
        await work();
        return true;
      } catch (failure) {
        setError(failure as Error);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
