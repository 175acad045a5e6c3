import type { NetworkRequest, OpenOptions } from '@heddle/workspace';
import type { Observer } from '../rollout.ts';
import type { GuardOptions } from './guard.ts';

/** Requests kept of one action: what it asked for first says what it wanted. */
const MAX_REQUESTS = 100;

/** What programs ask of the network through the allow-list: told to who watches, kept for the action's journal entry. */
export class NetworkLog {
  readonly #hosts: readonly string[];
  readonly #observer: Observer | undefined;
  #requests: { host: string; allowed: boolean }[] = [];

  constructor(guard: GuardOptions | undefined, observer: Observer | undefined) {
    this.#hosts = guard?.allowHosts ?? [];
    this.#observer = observer;
  }

  /** For opening a workspace; nothing where there is no list. */
  get option(): Pick<OpenOptions, 'allow'> {
    if (this.#hosts.length === 0) return {};
    return { allow: { hosts: this.#hosts, onRequest: (request) => this.#add(request) } };
  }

  /** Everything since the last call, each host and answer once. */
  take(): readonly { readonly host: string; readonly allowed: boolean }[] {
    return this.#requests.splice(0);
  }

  #add(request: NetworkRequest): void {
    const { host, allowed } = request;
    this.#observer?.network?.(request);
    const known = this.#requests.some((one) => one.host === host && one.allowed === allowed);
    if (!known && this.#requests.length < MAX_REQUESTS) this.#requests.push({ host, allowed });
  }
}
