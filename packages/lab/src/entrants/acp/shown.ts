import type { Block, Call, CallContent } from './messages.ts';

interface Around {
  /** The workspace's, as the program sees it. */
  readonly root: string;
  /** What a terminal of this client has printed. */
  readonly terminal: (id: string) => string;
}

/** What a block of content says, as text. */
export function blockText(block: Block | null | undefined): string {
  if (block == null) return '';
  switch (block.type) {
    case 'text':
      return block.text ?? '';
    case 'resource':
      return block.resource?.text ?? `[${block.resource?.uri ?? 'a resource'}]`;
    case 'resource_link':
      return `[${block.uri ?? 'a resource'}]`;
    default:
      return `[${block.type}${block.mimeType == null ? '' : ` ${block.mimeType}`}]`;
  }
}

/** What came back from a call: its texts, diffs and what its terminals printed; else what it gives as raw output. */
export function callText(call: Pick<Call, 'content' | 'rawOutput'>, around: Around): string {
  const parts = (call.content ?? []).map((each) => contentText(each, around)).filter((part) => part !== '');
  if (parts.length > 0) return parts.join('\n');
  const { rawOutput } = call;
  if (rawOutput == null) return '';
  if (typeof rawOutput === 'string') return rawOutput;
  const texts = OUTPUTS.map((name) => (rawOutput as Record<string, unknown>)[name]).filter(
    (value) => typeof value === 'string',
  );
  return texts.length === 0 ? JSON.stringify(rawOutput) : (texts.find((text) => text !== '') ?? '');
}

/** Where in a raw output agents have the text of it. */
const OUTPUTS = ['formatted_output', 'aggregated_output', 'output', 'stdout', 'text'];

function contentText(content: CallContent, { root, terminal }: Around): string {
  switch (content.type) {
    case 'diff':
      return `${shortPath(content.path ?? '', root)}\n${diffText(content.oldText ?? '', content.newText ?? '')}`;
    case 'terminal':
      return terminal(content.terminalId ?? '');
    default:
      return blockText(content.content);
  }
}

/** The lines that differ, between what both have at their beginning and their end. */
function diffText(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
  ].join('\n');
}

/** Relative to the root where it is below it. */
export function shortPath(path: string, root: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** `src/a.ts:3`, relative to the root where it is below it. */
export function locationsOf(call: Pick<Call, 'locations'>, root: string): string[] | undefined {
  return call.locations?.map(({ path, line }) => {
    const short = shortPath(path, root);
    return line == null ? short : `${short}:${line}`;
  });
}

const MARK: Readonly<Record<string, string>> = { completed: 'x', in_progress: '>', pending: ' ' };

interface PlanEntry {
  readonly content: string;
  readonly status?: string | null | undefined;
}

/** A plan, an entry a line. */
export function planText(entries: readonly PlanEntry[]): string {
  return entries.map(({ content, status }) => `[${MARK[status ?? 'pending'] ?? ' '}] ${content}`).join('\n');
}
