import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import { excerpt } from '../excerpt.ts';

export interface Folded {
  readonly message: LanguageModelV4Message;
  readonly step: number;
}

/** What the model asked to do, in one line. */
export function callText(tool: string, input: unknown): string {
  const fields = input as Record<string, unknown>;
  const paths = pathsIn(fields);
  if (paths.length > 0) return [tool, fields.command ?? '', paths.join(', ')].filter(Boolean).join(' ');
  const text = Object.values(fields)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' ');
  return `${tool} ${text}`.replaceAll(/\s+/g, ' ').trim();
}

/** Files that an edit is about: what it writes there is seen in the files. */
function pathsIn({ path, edits }: Record<string, unknown>): string[] {
  const several = Array.isArray(edits) ? edits.map((each: { path?: unknown }) => each.path) : [];
  return [...new Set([path, ...several].filter((each) => typeof each === 'string'))];
}

export function resultText({ output }: LanguageModelV4ToolResultPart): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'content':
      return output.value.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
    default:
      return JSON.stringify(output);
  }
}

/** Characters of a call in a list of them. */
const MAX_CALL = 120;

/** Of what was recalled: the original was summed up where it was. */
const MAX_COPY = 300;

/** Results quote whatever they like: behind a bar they are no steps. */
function indented(text: string): string {
  return text.replaceAll('\n', '\n  | ');
}

/** Messages as a text to be read by who summarises them; each piece cut in its middle to `most` characters. */
export function transcriptText(folded: readonly Folded[], most: number): string {
  const cut = (text: string) => excerpt(text, most).text;
  return folded
    .flatMap(({ message, step }, index) => {
      switch (message.role) {
        case 'assistant':
          return message.content.flatMap((part) => {
            if (part.type === 'text') return [`[step ${step}] says: ${cut(part.text)}`];
            if (part.type !== 'tool-call') return [];
            return [`[step ${step}] ${part.toolName} ${cut(JSON.stringify(part.input))}`];
          });
        case 'tool':
          return message.content.flatMap((part) =>
            part.type === 'tool-result'
              ? [
                  `[step ${step}] result: ${indented(excerpt(resultText(part), part.toolName === 'recall' ? Math.min(MAX_COPY, most) : most).text)}`,
                ]
              : [],
          );
        case 'user':
          return message.content.flatMap((part) =>
            part.type === 'text' && !(index === 0 && part.text.startsWith('<memory>'))
              ? [`[after step ${step}] ${cut(part.text)}`]
              : [],
          );
        default:
          return [];
      }
    })
    .join('\n');
}

/** What was asked to be done in messages that stay, a line each. */
export function callLines(kept: readonly Folded[]): string[] {
  return kept.flatMap(({ message, step }) =>
    message.role === 'assistant'
      ? message.content.flatMap((part) =>
          part.type === 'tool-call'
            ? [`[step ${step}] ${callText(part.toolName, part.input).slice(0, MAX_CALL)}`]
            : [],
        )
      : [],
  );
}
