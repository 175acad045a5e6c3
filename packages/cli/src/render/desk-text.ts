import { actionTitle, approvalAskedSchema, questionAskedSchema } from '@heddle/agent';
import type { DeskAsk } from '@heddle/core';
import { clip, printable } from './text.ts';

/** An action fits on a screen; the whole is in the journal. */
const MAX_CHARACTERS = 600;

/** What is asked, and how it can be answered from elsewhere. */
export function deskText(row: DeskAsk): string {
  const answer = row.kind === 'approval' ? '--allow or --refuse "…"' : '--answer "…"';
  return `${askedText(row)}  it waits: \`heddle desk answer ${row.ask} ${answer}\`, or \`heddle studio\`\n`;
}

/** In lines that end each. */
export function askedText({ kind, asked }: DeskAsk): string {
  if (kind === 'question') {
    const { success, data } = questionAskedSchema.safeParse(asked);
    return success
      ? `  it asks: ${shown(data.question)}\n  if nobody answers: ${shown(data.assumption)}\n`
      : UNREADABLE;
  }
  const { success, data } = approvalAskedSchema.safeParse(asked);
  return success
    ? `  step ${data.step} wants: ${shown(actionTitle(data.tool, data.input))}\n  ${shown(data.because)}\n`
    : UNREADABLE;
}

const UNREADABLE = '  something that this Heddle cannot read\n';

const shown = (text: string) => clip(printable(text), MAX_CHARACTERS);
