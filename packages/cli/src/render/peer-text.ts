import type { EventOf, PeerEvent } from '@heddle/core';
import type { Palette } from './palette.ts';
import { count, duration, indent, money, oneLine, printable } from './text.ts';

interface PeerLook {
  readonly palette: Palette;
  /** Nothing is left out. */
  readonly full: boolean;
}

/** What a foreign program did, as a text to read: lines, and what came back as a block below them. */
export function peerText(
  event: PeerEvent,
  look: PeerLook,
): { readonly lines: readonly string[]; readonly block?: string } {
  const { palette, full } = look;
  switch (event.type) {
    case 'peer.started':
      return { lines: startedLines(event, palette) };
    case 'peer.said':
      return saidText(event, look);
    case 'peer.called':
      return { lines: [] };
    case 'peer.returned': {
      const input = full ? inputLines(event.input) : [];
      const places = full && event.locations.length > 0 ? [`    at ${event.locations.join(', ')}`] : [];
      return {
        lines: [palette.cyan(`  ▸ ${callTitle(event)}`), ...input, ...places.map(palette.dim)],
        ...(event.content === '' ? {} : { block: event.content }),
      };
    }
    case 'peer.changed': {
      const files = event.changed.map(({ path, status }) => `${path} ${status}`).join(', ');
      return { lines: files === '' ? [] : [palette.dim(`    ${printable(files)}`)] };
    }
    case 'peer.asked':
      return { lines: event.answer === 'refused' || full ? [askedLine(event, palette)] : [] };
    case 'peer.spent':
      return { lines: full ? [palette.dim(`  (${spentText(event)})`)] : [] };
    case 'peer.completed':
      return { lines: completedLines(event, palette) };
    default:
      return event satisfies never;
  }
}

/** A call in one line: `edit: Edit sum.js`, without the kind where the title says it. */
export function callTitle({
  title,
  kind,
  outcome,
}: Pick<EventOf<'peer.returned'>, 'title' | 'kind'> & {
  readonly outcome?: EventOf<'peer.returned'>['outcome'];
}): string {
  const text = oneLine(title);
  const named = kind === 'other' || text.toLowerCase().startsWith(kind) ? text : `${kind}: ${text}`;
  return outcome === undefined || outcome === 'ok' ? named : `${named} (${outcome})`;
}

/** Who works, in one line. */
export function peerTitle({ name, version, protocol }: EventOf<'peer.started'>): string {
  return oneLine(`${name}${version === null ? '' : ` ${version}`}, by ${protocol}`);
}

function startedLines(event: EventOf<'peer.started'>, { cyan, dim, yellow }: Palette): string[] {
  const took = dim(`ready after ${duration(event.seconds)}`);
  const how = { new: '', loaded: ', goes on with its session', anew: ', begins anew' }[event.how];
  return [
    `${cyan(`  ${peerTitle(event)}${how}`)}  ${took}`,
    ...(event.why === undefined ? [] : [yellow(`  ! ${printable(event.why)}`)]),
  ];
}

function saidText({ kind, text }: EventOf<'peer.said'>, { palette, full }: PeerLook) {
  const shown = printable(text.trim());
  if (shown === '' || (kind === 'thought' && !full)) return { lines: [] };
  switch (kind) {
    case 'message':
      return { lines: [indent(shown, '  ')] };
    case 'output':
      return { lines: [], block: text };
    case 'thought':
      return { lines: [palette.dim(indent(shown, '  '))] };
    case 'plan':
      return { lines: [palette.cyan('  plan:'), indent(shown, '    ')] };
    case 'notice':
      return { lines: [palette.dim(`  ${oneLine(text)}`)] };
    default:
      return kind satisfies never;
  }
}

function inputLines(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).map(([name, value]) => {
    const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
    return text.includes('\n') ? `    ${name}:\n${indent(text.trimEnd(), '      ')}` : `    ${name}: ${text}`;
  });
}

function askedLine({ about, subject, answer, why }: EventOf<'peer.asked'>, { dim, yellow }: Palette): string {
  const reason = why === undefined ? '' : ` (${oneLine(why)})`;
  const text = `  ${answer}: ${about} ${oneLine(subject)}${reason}`;
  return answer === 'refused' ? yellow(text) : dim(text);
}

function spentText({ usage, usd, context }: EventOf<'peer.spent'>): string {
  return [
    ...(usage === null ? [] : [`${usage.inputTokens} + ${usage.outputTokens} tokens`]),
    ...(usd === 0 ? [] : [money(usd)]),
    ...(context === null ? [] : [`${context.used} of ${count(context.size, 'token')} in its context`]),
  ].join(', ');
}

function completedLines({ end, why, fault }: EventOf<'peer.completed'>, { red, yellow }: Palette): string[] {
  if (end === 'finished') return [];
  const text = `  ■ ${end}: ${oneLine(why)}`;
  return [fault === undefined ? yellow(text) : red(`${text} (${fault.class}, ${fault.code})`)];
}
