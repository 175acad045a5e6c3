import { cleanRequests } from '@heddle/models';
import { heddleHome } from '../home.ts';

/** `heddle relay clean`. */
export async function removeDeadRequests(): Promise<void> {
  const removed = await cleanRequests(heddleHome());
  process.stdout.write(`removed ${removed} ${removed === 1 ? 'request' : 'requests'}\n`);
}
