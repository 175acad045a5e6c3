import { summaryIn } from './note.ts';
import { callText, type Folded, resultText } from './steps-text.ts';

/** Characters of a thought, a call and a result in a step's line. */
const MAX_SAID = 160;
const MAX_CALL = 120;
const MAX_RESULT = 80;

/**
 * A summary that needs no model: what an earlier note said, then a line for each step. What does not fit into `room`
 * bytes is left out from the oldest on, which is said.
 */
export function summaryByRule(folded: readonly Folded[], room: number): string {
  const lines = folded.flatMap(({ message, step }) => lineOf(message, step));
  const earlier = earlierSummary(folded);
  const kept: string[] = [];
  let left = room;
  for (const line of [...(earlier?.split('\n') ?? []), ...lines].reverse()) {
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    kept.unshift(line);
  }
  const all = lines.length + (earlier?.split('\n').length ?? 0);
  return kept.length === all ? kept.join('\n') : ['(earlier steps are left out here)', ...kept].join('\n');
}

export function earlierSummary(folded: readonly Folded[]): string | null {
  for (const { message } of folded) {
    if (message.role !== 'user') continue;
    const [part] = message.content;
    const summary = part?.type === 'text' ? summaryIn(part.text) : null;
    if (summary !== null) return summary;
  }
  return null;
}

function lineOf(message: Folded['message'], step: number): string[] {
  if (message.role === 'assistant') {
    const said = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
    const calls = message.content.flatMap((part) =>
      part.type === 'tool-call' ? [`\`${clip(callText(part.toolName, part.input), MAX_CALL)}\``] : [],
    );
    const words = said.trim() === '' ? '' : `${clip(said, MAX_SAID)} `;
    return [`- step ${step}: ${words}${calls.join(', ')}`];
  }
  if (message.role !== 'tool') return [];
  return message.content.flatMap((part) => {
    if (part.type !== 'tool-result') return [];
    const failed = part.output.type === 'error-text' ? 'failed: ' : '';
    return [`  ${failed}${clip(lastWords(resultText(part)), MAX_RESULT)}`];
  });
}

/** Most programs end with what matters; a failure of ours begins with it. */
function lastWords(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function clip(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}
