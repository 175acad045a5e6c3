import { renderRequest } from '@heddle/models';
import type { NextChoice } from '../commands/relay.ts';
import { heddleHome, openJournal } from '../home.ts';
import { changedFrom, contextLine, contextOf, isNewConversation } from '../relay-context.ts';
import { requestToAnswer } from '../relay-requests.ts';

/** `heddle relay next`: the request to answer now. */
export async function printRequest({ wait, full, id, page, json }: NextChoice): Promise<void> {
  const home = heddleHome();
  const store = openJournal(home);
  const waited = await requestToAnswer(home, store, { id, wait: wait === true });
  if (waited.entry === null) {
    const hint = wait ? '`heddle list` shows how it ended' : '--wait waits for a request';
    process.stderr.write(`heddle: ${waited.why}\n  hint: ${hint}\n`);
    process.exitCode = 1;
    return;
  }
  const { entry } = waited;
  const about = await contextOf(home, store, entry);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...entry, ...about }, null, 2)}\n`);
  } else {
    const whole = isNewConversation(home, entry) || full === true;
    const changed = changedFrom(home, entry, about);
    const options = {
      full: whole,
      ...(changed === undefined ? {} : { changedFrom: changed }),
      about: contextLine(about),
      ...(page === undefined ? {} : { page }),
    };
    process.stdout.write(renderRequest(entry, options));
  }
}
