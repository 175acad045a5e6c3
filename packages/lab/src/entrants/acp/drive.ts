import { setTimeout as later } from 'node:timers/promises';
import type { Usage } from '@heddle/core';
import { costOf, priceOf } from '@heddle/models';
import type { SpawnedProcess } from '@heddle/workspace';
import type { PeerEnd, PeerRun } from '../peer/attempt.ts';
import { type AcpEntry, filled } from '../peer/peer-entry.ts';
import { shellLine } from '../peer/place.ts';
import { endOf, failureOf, Gone } from './end.ts';
import { ErrorOutput } from './error-output.ts';
import { messageLines } from './lines.ts';
import { offerServices } from './services.ts';
import { AcpSession } from './session.ts';
import { Terminals } from './terminals.ts';
import { Updates } from './updates.ts';

/** Between the end of its input and being ended: a program that minds leaves at once. */
const LEAVING_MS = 500;

/** Runs a program that speaks ACP in its box, from its start to the end of one turn. */
export async function driveAcp(entry: AcpEntry, run: PeerRun): Promise<PeerEnd> {
  const { place, log, watch, values } = run;
  const sdk = await import('@agentclientprotocol/sdk');
  const began = performance.now();
  const command = entry.command.map((word) => filled(word, values));
  const first = run.program?.folder == null ? command[0]! : run.program.path;
  const words = [first, ...command.slice(1)].map((word) => place.word(word));
  const program = await place.workspace.spawn(`${place.preamble}exec ${shellLine(words)}`, {
    env: place.env,
  });
  const errors = new ErrorOutput(program);
  const terminals = new Terminals(place.workspace, place.preamble);
  const updates = new Updates({
    log,
    root: place.workspace.root,
    terminal: (id) => terminals.printed(id),
    price: (usage) => priceFor(run, usage),
  });
  const app = sdk.client({ name: 'heddle' });
  const refusal = (code: number, message: string) => new sdk.RequestError(code, message);
  offerServices(app, { entry, run, terminals, updates, refusal });
  const stream = messageLines(program, {
    heard: () => watch.heard(),
    takes(message) {
      if (!('method' in message) || message.method !== 'session/update') return false;
      updates.take(message.params);
      return true;
    },
    stray: (line) => errors.add(`${line}\n`),
  });
  const connection = app.connect(stream);
  connection.closed.catch(() => {}); // told by its requests
  const session = new AcpSession(entry, run, connection.agent, updates);
  const exited = program.exited.then((exit) => {
    throw new Gone(exit);
  });
  exited.catch(() => {}); // told to whoever races with it
  const orExit = <T>(work: Promise<T>): Promise<T> => Promise.race([work, exited]);
  let end: PeerEnd;
  try {
    await orExit(session.open({ command, began }));
    const { stopReason } = await orExit(session.prompt());
    end = endOf(stopReason);
  } catch (error) {
    end = await failureOf(error, session, program, errors);
  }
  await finish(program, errors);
  connection.close();
  const { exitCode } = await program.exited;
  for (const [kind, count] of updates.unknown)
    errors.add(`[${count} updates of a kind unknown here: ${kind}]\n`);
  return { ...end, exitCode: end.exitCode ?? exitCode, errors: errors.text() };
}

/** Its input ends: a program that minds leaves; another is ended. */
async function finish(program: SpawnedProcess, errors: ErrorOutput): Promise<void> {
  program.stdin.end();
  const left = await Promise.race([program.exited, later(LEAVING_MS, null, { ref: false })]);
  if (left !== null) return;
  // What its shell says of being ended is not the program's.
  errors.close();
  await program.kill();
}

function priceFor({ values }: PeerRun, usage: Usage): number {
  const { price } = priceOf(values.model ?? '');
  return price.unknown === true ? 0 : costOf(usage, price);
}
