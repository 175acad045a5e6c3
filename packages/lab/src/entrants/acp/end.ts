import { setTimeout as later } from 'node:timers/promises';
import type { RequestError as RpcError } from '@agentclientprotocol/sdk';
import { messageOf } from '@heddle/core';
import type { SpawnEnd, SpawnedProcess } from '@heddle/workspace';
import type { PeerEnd } from '../peer/attempt.ts';
import { faultIn, oneLine } from '../peer/fault.ts';
import type { ErrorOutput } from './error-output.ts';
import { type AcpSession, NotReady } from './session.ts';

/** How long the program's own end may follow its cut connection. */
const END_FOLLOWS_MS = 500;

/** The program ended while something was asked of it. */
export class Gone extends Error {
  readonly exitCode: number | null;

  constructor({ ended, exitCode }: SpawnEnd) {
    super(
      ended === 'exited'
        ? `it ended with exit code ${exitCode} before it was done`
        : `it was ended: ${ended}`,
    );
    this.exitCode = exitCode;
  }
}

/** How a turn that was ended by the program itself ended. */
export function endOf(stopReason: string): PeerEnd {
  const done = { exitCode: null, errors: '', fault: null };
  switch (stopReason) {
    case 'end_turn':
      return { ...done, end: 'finished', why: 'it ended its turn' };
    case 'refusal':
      return { ...done, end: 'refused', why: 'its model refused to go on' };
    case 'max_tokens':
      return { ...done, end: 'limit', why: "its model's reply was cut off at a limit of tokens" };
    case 'max_turn_requests':
      return { ...done, end: 'limit', why: 'its own limit of requests in a turn was reached' };
    case 'cancelled':
      return { ...done, end: 'stopped', why: 'it was stopped' };
    default:
      return { ...done, end: 'finished', why: `it ended its turn (${oneLine(stopReason)})` };
  }
}

/** How it failed, and whether it is to blame. Before a session stands nothing of the task has been tried. */
export async function failureOf(
  error: unknown,
  { ready }: AcpSession,
  program: SpawnedProcess,
  errors: ErrorOutput,
): Promise<PeerEnd> {
  // What it wrote to its error output last may still be on its way.
  const gone = await goneSoon(error, program);
  const said = oneLine(errors.text().trim().split('\n').slice(-5).join(' '));
  const rpc = isRpcError(error) ? error : null;
  const detail = rpc?.data === undefined ? '' : ` ${JSON.stringify(rpc.data)}`;
  const what = gone?.message ?? `${messageOf(error)}${detail}`;
  const why = oneLine(gone !== null && said !== '' ? `${what}: ${said}` : what);
  const fault = faultIn(gone !== null ? said : what, rpc?.code) ?? (ready ? null : neverBegan(why));
  return {
    end: gone === null ? 'failed' : 'exited',
    why,
    exitCode: gone?.exitCode ?? null,
    errors: '',
    fault,
  };
}

const neverBegan = (message: string) => ({
  class: 'environment' as const,
  code: 'peer-never-began',
  message,
});

/** A connection that is cut is a program that ends; which of the two is heard of first is chance. */
async function goneSoon(error: unknown, program: SpawnedProcess): Promise<Gone | null> {
  if (error instanceof Gone) return error;
  if (isRpcError(error) || error instanceof NotReady) return null;
  const end = await Promise.race([program.exited, later(END_FOLLOWS_MS, null, { ref: false })]);
  return end === null ? null : new Gone(end);
}

function isRpcError(error: unknown): error is RpcError {
  return error instanceof Error && error.name === 'RequestError';
}
