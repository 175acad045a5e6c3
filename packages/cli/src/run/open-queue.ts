import { isServer, OperatorError } from '@heddle/core';
import { TrialQueue } from '@heddle/lab/worker';
import { heddleHome, storePlace } from '../home.ts';

export { followExperiment } from '@heddle/lab/worker';

/** The queue beside the store. Throws OperatorError `no-server`, `queue-unreachable`. */
export async function openQueue(): Promise<TrialQueue> {
  const url = sharedStore();
  return TrialQueue.open({ url, onWarning: (message) => process.stderr.write(`queue: ${message}\n`) });
}

/** The address of the store that workers share. Throws OperatorError `no-server`. */
export function sharedStore(): string {
  const url = storePlace(heddleHome());
  if (!isServer(url)) {
    throw new OperatorError('no-server', 'workers share a store on a PostgreSQL server, and none is named', {
      hint: 'give --store postgres://user@host/database, or set HEDDLE_STORE',
    });
  }
  return url;
}
