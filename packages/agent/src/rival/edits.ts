import type { Reply } from '@heddle/models';
import { fitArguments, readArguments } from '../arguments.ts';
import type { PendingCall } from '../state.ts';
import type { Tool } from '../tool.ts';

/**
 * The edits of a reply that can be tried before anything else of it is done; null: there are none. They end where a
 * call does more than edit files (a command): from there on a fork would not show what happens. Other tools that change
 * nothing are left out, and a text that comes in several parts is tried with its last.
 */
export function editsOf(
  { content }: Pick<Reply, 'content'>,
  tools: ReadonlyMap<string, Tool>,
): readonly PendingCall[] | null {
  const edits: PendingCall[] = [];
  let changes = false;
  for (const part of content) {
    if (part.type !== 'call') continue;
    const { id, tool: name, input } = part;
    const tool = tools.get(name);
    if (tool?.touches.edits !== true) {
      if (tool === undefined || (!tool.touches.writes && !tool.touches.outside)) continue;
      break;
    }
    const kind = kindOf(tool, input);
    if (kind === 'part') break;
    changes ||= kind === 'edit';
    edits.push({ id, tool: name, input, started: false });
  }
  return changes ? edits : null;
}

/** What cannot be read is an edit that will be refused: another model may do better. */
function kindOf(tool: Tool, text: string): 'edit' | 'look' | 'part' {
  const input = readArguments(text);
  const fit = input === null ? null : fitArguments(tool.schema, input);
  if (fit === null || fit.mended === null) return 'edit';
  if ((fit.data as { readonly more?: unknown }).more === true) return 'part';
  return tool.subjects?.(fit.data).length === 0 ? 'look' : 'edit';
}
