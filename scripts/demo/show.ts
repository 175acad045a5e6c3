import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Width of the column of labels. */
export const LABEL_WIDTH = 12;
/** Longest rule and text line; a terminal may be narrower. */
const WIDTH = 80;

/** Coloured on a terminal, plain elsewhere and where NO_COLOR is set. */
export function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export function say(text = ''): void {
  console.log(text);
}

/** A titled rule that opens a section. */
export function heading(title: string): void {
  const width = Math.min(WIDTH, process.stdout.columns ?? WIDTH);
  const rest = Math.max(3, width - title.length - 4);
  say(`\n${paint('dim', '──')} ${paint('bold', title)} ${paint('dim', '─'.repeat(rest))}`);
}

/** The task as it was given, set in. */
export function quote(text: string): void {
  for (const line of text.trim().split('\n')) say(`  ${paint('dim', '│')} ${line}`.trimEnd());
}

/** A git patch with its lines in the usual colours, set in. */
export function patch(text: string): void {
  for (const line of text.trimEnd().split('\n')) say(`  ${paint(patchFormat(line), line)}`);
}

function patchFormat(line: string): Format {
  if (/^(diff|index|---|\+\+\+|new|deleted|similarity|rename)/.test(line)) return 'bold';
  if (line.startsWith('@@')) return 'cyan';
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : 'reset';
}

/** `label  text`, the labels in one column. */
export function fact(label: string, text: string): void {
  say(`  ${paint('dim', label.padEnd(LABEL_WIDTH))} ${text}`);
}
