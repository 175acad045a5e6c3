import type { EventOf, Recorded } from '@heddle/core';
import { commandsIn, commandsInCode, type PlainCode, type PlainCommand } from '@heddle/workspace';

/** One use of a tool, whoever's agent it was: all that the rules need to know of how agents are recorded. */
export interface ToolUse {
  /** In whose journal it stands. */
  readonly rollout: string;
  readonly position: number;
  readonly step: number | null;
  readonly tool: string;
  /** As the model wrote it: an object, or text. */
  readonly input: unknown;
  /** What the model was shown. */
  readonly output: string;
  /** Where it began; null: not known. */
  readonly cwd: string | null;
  /** What its programs asked of the network. */
  readonly requests: readonly { readonly host: string; readonly allowed: boolean }[];
}

/** What a use of a tool did, read from its input. */
export interface Act extends ToolUse {
  readonly commands: readonly PlainCommand[];
  readonly code: readonly PlainCode[];
  /** Paths its tool itself reads or writes. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** What it searches or asks for. */
  readonly queries: readonly string[];
  /** Every text of the input: what the model wrote itself. */
  readonly typed: string;
}

/** The uses of tools in a journal: of our own agents, and of others' as far as their protocol shows them. */
export function toolUses(events: readonly Recorded[]): { uses: ToolUse[]; root: string | null } {
  const ends = new Map(
    events.flatMap(({ event }) => (event.type === 'action.completed' ? [[event.call, event] as const] : [])),
  );
  const returns = new Map(
    events.flatMap(({ event }) => (event.type === 'peer.returned' ? [[event.call, event] as const] : [])),
  );
  const uses: ToolUse[] = [];
  let root: string | null = null;
  let cwd: string | null = null;
  for (const { rollout, position, event } of events) {
    if (event.type === 'workspace.prepared') root ??= event.root;
    if (event.type === 'peer.called')
      uses.push(peerUse(event, returns.get(event.call), { rollout, position, cwd: root }));
    if (event.type === 'peer.asked') uses.push(peerAsked(event, { rollout, position, cwd: root }));
    if (event.type !== 'action.started') continue;
    const end = ends.get(event.call);
    uses.push({
      rollout,
      position,
      step: event.step,
      tool: event.tool,
      input: event.input,
      output: end?.content ?? '',
      cwd: cwd ?? root,
      requests: requestsIn(end?.details),
    });
    const after = isRecord(end?.details) ? end.details.cwd : undefined;
    if (typeof after === 'string') cwd = after;
  }
  return { uses, root };
}

type At = Pick<ToolUse, 'rollout' | 'position' | 'cwd'>;

/** Its kind is its tool; a command that the input does not show stands in the title. */
function peerUse(
  called: EventOf<'peer.called'>,
  returned: EventOf<'peer.returned'> | undefined,
  at: At,
): ToolUse {
  const { title, kind, input } = returned ?? called;
  const fields = isRecord(input) ? input : {};
  const shown = Object.keys(fields).some((key) => SHELL_KEYS.has(key));
  const files = (returned?.locations ?? []).map((location) => location.replace(/:\d+$/, ''));
  return {
    ...at,
    step: called.step,
    tool: kind,
    input: {
      ...(Object.keys(fields).length > 0 || input === null ? fields : { input }),
      ...(kind === 'execute' && !shown ? { command: title.replaceAll(/^`|`$/g, '') } : {}),
      ...(kind === 'execute' ? {} : { files }),
    },
    output: returned?.content ?? '',
    requests: [],
  };
}

function peerAsked({ about, subject, answer, step }: EventOf<'peer.asked'>, at: At): ToolUse {
  const input = {
    read: { path: subject },
    write: { path: subject },
    run: { command: subject },
    network: {},
    permission: {},
    question: {},
  }[about];
  const requests = about === 'network' ? [{ host: subject, allowed: answer === 'allowed' }] : [];
  return { ...at, step, tool: about, input, output: '', requests };
}

function requestsIn(details: unknown): ToolUse['requests'] {
  const guard = isRecord(details) ? details.guard : undefined;
  const requests = isRecord(guard) ? guard.requests : undefined;
  if (!Array.isArray(requests)) return [];
  return requests.flatMap((each: unknown) =>
    isRecord(each) && typeof each.host === 'string' && typeof each.allowed === 'boolean'
      ? [{ host: each.host, allowed: each.allowed }]
      : [],
  );
}

const SHELL_KEYS = new Set(['command', 'cmd', 'commands', 'script', 'input', 'chars', 'reproduction']);
const CODE_KEYS = new Set(['code', 'source']);
const PATH_KEYS =
  /^(?:path|paths|file|files|file_?path|file_?name|abs_path|absolute_path|target_file|uri|dir|directory)$/i;
const QUERY_KEYS = /^(?:query|q|pattern|search|regex|url|keywords|search_term|glob)$/i;
/** Of editing tools: what is in `command` is no shell text. */
const FILE_COMMANDS = /^(?:view|create|replace|insert|rewrite|undo|map|str_replace|undo_edit|[a-z_]{3,24})$/;
const READING = /read|view|open|cat|list|ls|glob|grep|search|find|fetch|navigate|map/i;

/** Reads an input by the names of its parts: tools of all agents are made alike, and a rule needs no more. */
export async function actOf(use: ToolUse): Promise<Act> {
  const input = typeof use.input === 'string' ? parsed(use.input) : use.input;
  const found = {
    shell: [] as string[],
    code: [] as string[],
    paths: [] as string[],
    queries: [] as string[],
  };
  const texts: string[] = [];
  collect('', input, { found, texts, depth: 0 });
  const fields = isRecord(input) ? input : {};
  const ofFiles =
    found.paths.length > 0 && typeof fields.command === 'string' && FILE_COMMANDS.test(fields.command);
  const language = typeof fields.language === 'string' ? fields.language : 'code';
  const shell = ofFiles ? [] : found.shell;
  const plain = await Promise.all([
    ...shell.map((text) => commandsIn(text, use.cwd)),
    ...found.code.map((text) => commandsInCode(language, text, use.cwd)),
  ]);
  const reads = ofFiles ? /^(?:view|map)$/.test(String(fields.command)) : READING.test(use.tool);
  return {
    ...use,
    commands: plain.flatMap(({ commands }) => commands),
    code: plain.flatMap(({ code }) => code),
    reads: reads ? found.paths : [],
    writes: reads ? [] : found.paths,
    queries: found.queries,
    typed: texts.join('\n'),
  };
}

interface Found {
  readonly shell: string[];
  readonly code: string[];
  readonly paths: string[];
  readonly queries: string[];
}

/** Inputs nested deeper than that name nothing that runs. */
const MAX_DEPTH = 6;

function collect(
  key: string,
  value: unknown,
  to: { readonly found: Found; readonly texts: string[]; readonly depth: number },
): void {
  const { found, texts, depth } = to;
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') {
    texts.push(value);
    if (SHELL_KEYS.has(key)) found.shell.push(value);
    else if (CODE_KEYS.has(key)) found.code.push(value);
    else if (PATH_KEYS.test(key)) found.paths.push(value);
    else if (QUERY_KEYS.test(key)) found.queries.push(value);
  } else if (Array.isArray(value)) {
    // `["bash", "-lc", "text"]`: one command in words.
    if (SHELL_KEYS.has(key) && value.every((word) => typeof word === 'string')) {
      texts.push(...value);
      found.shell.push(value.map(quoted).join(' '));
    } else for (const each of value) collect(key, each, { ...to, depth: depth + 1 });
  } else if (isRecord(value))
    for (const [name, inner] of Object.entries(value)) collect(name, inner, { ...to, depth: depth + 1 });
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Arguments as a model wrote them may be broken JSON: then they are a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { input: text };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
