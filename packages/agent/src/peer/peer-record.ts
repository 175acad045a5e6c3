import type { EventOf, PeerEvent } from '@heddle/core';

/** What is known of a foreign program that does a rollout's work: a fold of its events. */
export class PeerRecord {
  /** As it was last started; null: not yet. */
  started: EventOf<'peer.started'> | null = null;
  /** How it last ended; null: it runs, or this process died before it did. */
  ended: EventOf<'peer.completed'> | null = null;
  /** Calls without an end, oldest first. */
  readonly open = new Map<string, EventOf<'peer.called'>>();
  /** Calls in all. */
  calls = 0;
  /** It says what it spends, in money or in tokens. */
  tellsMoney = false;
  tellsTokens = false;

  apply(event: PeerEvent): void {
    switch (event.type) {
      case 'peer.started':
        this.started = event;
        this.ended = null;
        this.open.clear();
        return;
      case 'peer.called':
        this.open.set(event.call, event);
        this.calls += 1;
        return;
      case 'peer.returned':
        this.open.delete(event.call);
        return;
      case 'peer.spent':
        this.tellsMoney ||= event.usd > 0;
        this.tellsTokens ||= event.usage !== null;
        return;
      case 'peer.completed':
        this.ended = event;
        return;
      case 'peer.said':
      case 'peer.changed':
      case 'peer.asked':
        return;
      default:
        event satisfies never;
    }
  }
}
