import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import { excerpt } from '../excerpt.ts';

export interface Folded {
  readonly message: LanguageModelV4Message;
  readonly step: number;
}

/** What the model asked to do, in one line. */
export function callText(tool: string, input: unknown): string {
  const fields = input as Record<string, unknown>;
  const text = Object.values(fields)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' ');
  return `${tool} ${text}`.replaceAll(/\s+/g, ' ').trim();
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

/** What was recalled is a copy: the original is summed up where it was. */
const COPY = '(what was found earlier)';

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
                  `[step ${step}] result: ${indented(cut(part.toolName === 'recall' ? COPY : resultText(part)))}`,
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
