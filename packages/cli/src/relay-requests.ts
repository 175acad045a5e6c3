import { OperatorError } from '@heddle/core';
import { findRequest, type RelayEntry, waiting } from '@heddle/models';

/** How often the mailbox is looked into while waiting: at once for a person, cheap for a machine. */
const POLL_MILLISECONDS = 200;

/** The request named, else the oldest one whose process still waits for it; null if there is none and `wait` is false. */
export async function requestToAnswer(
  home: string,
  { id, wait }: { readonly id: string | undefined; readonly wait: boolean },
): Promise<RelayEntry | null> {
  if (id !== undefined) return findRequest(home, id);
  for (;;) {
    const live = (await waiting(home)).find(({ stale }) => !stale);
    if (live !== undefined) return live;
    if (!wait) return null;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

/** The one request that waits; several must be told apart by their ids. */
export async function onlyRequest(home: string): Promise<RelayEntry> {
  const live = (await waiting(home)).filter(({ stale }) => !stale);
  const [entry] = live;
  if (entry !== undefined && live.length === 1) return entry;
  if (entry === undefined)
    throw new OperatorError('relay-no-request', 'nothing is waiting for an answer', {
      hint: '`heddle relay next --wait` waits for a request',
    });
  throw new OperatorError('relay-several', `${live.length} requests are waiting`, {
    hint: `name one: heddle relay answer ${live.map((each) => each.id).join(' | ')}`,
  });
}
