import { EXIT } from '@heddle/core';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  /** Aborted by the first Ctrl-C or its like. The second ends the process at once. */
  readonly signal: AbortSignal;
  /** As by the first Ctrl-C. */
  stop(): void;
  dispose(): void;
}

/** `onFirst` tells the person that the work is being put away and how to leave at once. */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    stop: () => {
      if (!controller.signal.aborted) handle();
    },
    dispose: () => {
      for (const name of SIGNALS) process.off(name, handle);
    },
  };
}
