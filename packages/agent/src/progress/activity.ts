import { oneLine, type Recorded } from '@heddle/core';
import { actionTitle } from './action-title.ts';
import { isRelay, RELAY_WAITS } from './relay-waits.ts';

/** Characters of a stream kept to find its last line in. */
const KEPT_CHARACTERS = 2_000;

/** What is going on this moment: the live view's bottom line. */
export class Activity {
  step = 0;
  /** `thinking`, `bash npm test`, `checking test`… */
  what = 'preparing a copy';
  usd = 0;
  /** Milliseconds since 1970 at which the rollout was started or taken up. */
  startedAt: number | null = null;
  #relay = false;
  #stream = '';

  event({ event, at }: Recorded): void {
    this.startedAt ??= at;
    switch (event.type) {
      case 'rollout.started':
      case 'rollout.forked':
      case 'rollout.resumed':
        this.#relay = isRelay(event.config.model);
        this.#now(this.what);
        return;
      case 'model.requested':
        this.step = event.step;
        this.#now(this.#relay ? RELAY_WAITS : 'thinking');
        return;
      case 'model.retried':
        this.#now(`waiting to ask again: ${oneLine(event.message)}`);
        return;
      case 'model.completed':
        this.usd += event.usd;
        this.#now('');
        return;
      case 'model.consulted':
        this.usd += event.usd;
        this.#now(this.what);
        return;
      case 'action.started':
        this.#now(actionTitle(event.tool, event.input));
        return;
      case 'check.started':
        this.#now(`checking ${event.check}`);
        return;
      case 'agent.started':
        this.#now('');
        return;
      default:
        this.#now(this.what);
        return;
    }
  }

  /** More of what the model writes or a program prints. */
  stream(chunk: string): void {
    this.#stream = (this.#stream + chunk).slice(-KEPT_CHARACTERS);
  }

  /** The last line that says anything. */
  get lastLine(): string {
    const lines = this.#stream.split(/[\r\n]+/).map(oneLine);
    return lines.findLast((line) => line !== '') ?? '';
  }

  #now(what: string): void {
    if (what !== this.what) this.#stream = '';
    this.what = what;
  }
}
