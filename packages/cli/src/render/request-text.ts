import type { promptAt } from '@heddle/agent';
import { printable } from './text.ts';

type Request = Awaited<ReturnType<typeof promptAt>>;
type Message = Request['prompt'][number];
type Item = Extract<Extract<Part, { type: 'tool-result' }>['output'], { type: 'content' }>['value'][number];
type Part = Exclude<Message['content'], string>[number];

/** Fits 80 columns. */
const RULE_COLUMNS = 78;

/** What a model was asked, message by message, for people. */
export function requestText({ prompt, tools }: Request): string {
  const sections = [
    section('tools', tools.map(({ name, description }) => `${name}: ${description ?? ''}`).join('\n')),
    ...prompt.map(({ role, content }) =>
      section(role, typeof content === 'string' ? content : content.map(partText).join('\n')),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function section(title: string, text: string): string {
  return `${`── ${title} `.padEnd(RULE_COLUMNS, '─')}\n${printable(text)}`;
}

function partText(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text;
    case 'tool-call':
      return `▸ ${part.toolName} ${typeof part.input === 'string' ? part.input : JSON.stringify(part.input)}`;
    case 'tool-result': {
      const value = 'value' in part.output ? part.output.value : (part.output.reason ?? '');
      if (part.output.type === 'content')
        return `${part.toolName}: ${part.output.value.map(itemText).join('\n')}`;
      return `${part.toolName}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    }
    default:
      return `(${part.type})`;
  }
}

function itemText(item: Item): string {
  if (item.type === 'text') return item.text;
  return item.type === 'file' ? `(${item.mediaType})` : `(${item.type})`;
}
