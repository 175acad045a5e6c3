import type { PeerEvent } from '@heddle/core';
import type { Piece } from '../../told/step.ts';
import { fieldsOf } from './fields.ts';
import { longText } from './long-text.ts';
import { peerTitle } from './step-fold.ts';

/** What a foreign program did, as much as its protocol shows. `at`: of the event, milliseconds since 1970. */
export function peerPieces(event: PeerEvent, at: number): Piece[] {
  switch (event.type) {
    case 'peer.started': {
      const how = { new: '', loaded: ', goes on with its session', anew: ', begins anew' }[event.how];
      return [
        {
          kind: 'line',
          tone: 'plain',
          text: `${event.name} ${event.version ?? ''} by ${event.protocol}${how}`,
        },
      ];
    }
    case 'peer.said': {
      const text = longText(event.text, event.whole);
      if (event.kind === 'message' || event.kind === 'thought')
        return [{ kind: 'thought', text, reasoning: event.kind === 'thought', model: null }];
      return [{ kind: 'text', title: event.kind, text, terminal: event.kind === 'output' }];
    }
    case 'peer.called':
      return [];
    case 'peer.returned':
      return [
        {
          ...{ kind: 'action', call: event.call, tool: event.kind, title: peerTitle(event), nested: false },
          ...{ outcome: event.outcome, problem: event.outcome === 'ok' ? '' : event.outcome, guard: '' },
          ...{ at: at - event.seconds * 1000, input: fieldsOf(event.input) },
          content: longText(event.content, event.whole),
          ...{ pictures: [], files: [], seconds: event.seconds },
          hooks: event.locations.map((place) => `at ${place}`),
        },
      ];
    case 'peer.changed':
      return event.changed.length === 0
        ? []
        : [
            {
              ...{ kind: 'line', tone: 'plain' },
              text: event.changed.map(({ path, status }) => `${path} ${status}`).join(', '),
            },
          ];
    case 'peer.asked':
      return [
        {
          ...{ kind: 'line', tone: event.answer === 'refused' ? 'warn' : 'plain' },
          text: `${event.answer}: ${event.about} ${event.subject}${event.why === undefined ? '' : ` (${event.why})`}`,
        },
      ];
    case 'peer.spent': {
      if (event.usage === null && event.usd === 0) return [];
      const {
        inputTokens: input = 0,
        cacheReadTokens: cached = 0,
        outputTokens: output = 0,
      } = event.usage ?? {};
      return [{ kind: 'spent', title: 'spent', input, cached, output, usd: event.usd, seconds: null }];
    }
    case 'peer.completed':
      return [
        {
          ...{ kind: 'line', tone: event.end === 'finished' ? 'good' : 'warn' },
          text: `${event.end}: ${event.why}`,
        },
        ...(event.errors === null
          ? []
          : [
              {
                ...{ kind: 'text' as const, title: 'what it wrote to its error output', terminal: true },
                text: longText('', event.errors),
              },
            ]),
      ];
    default:
      return event satisfies never;
  }
}
