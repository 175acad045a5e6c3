import { isObject } from '../json.ts';
import type { Call, Entry, Trajectory, TrajectoryEnd, Turn } from '../trajectory.ts';
import { readAs, unreadable } from '../unreadable.ts';
import { adpProblems } from './checks.ts';
import { type AdpItem, type AdpTrajectory, trajectorySchema } from './schema.ts';

/**
 * An ADP trajectory (1.0.0, 1.1.0 or 1.2.0). Actions without a thought of their own that follow another belong to the same
 * turn. There are no times, tokens or costs in the format.
 *
 * Throws OperatorError `unreadable-import` with the place and what is wrong there, the format's own checks included.
 */
export function trajectoryFromAdp(value: unknown, where: string): Trajectory {
  const read = readAs(trajectorySchema, value, where);
  const [problem] = adpProblems(read);
  if (problem !== undefined) throw unreadable(where, problem);
  const entries = entriesFrom(read);
  const details = read.details ?? {};
  const told = (name: string) => (typeof details[name] === 'string' ? (details[name] as string) : null);
  const asked = entries.find((entry) => entry.kind === 'told' && entry.by === 'user');
  const tools = read.available_custom_tools ?? read.available_apis ?? [];
  return {
    head: {
      id: read.id,
      agent: { name: told('agent') ?? 'imported', version: told('agent_version') ?? 'unknown' },
      model: told('model'),
      task: asked?.kind === 'told' ? asked.text : null,
      startedAt: null,
      tools: tools.map((name) => ({ name, description: '', parameters: {} })),
      parent: null,
      within: null,
      meta: {},
    },
    entries: () => entries,
    end: endFrom(details.outcome, entries),
    children: () => [],
  };
}

function endFrom(outcome: unknown, entries: readonly Entry[]): TrajectoryEnd | null {
  if (!isObject(outcome)) return null;
  const { verified, probability, reason, patch, status } = outcome;
  return {
    status: STATUSES.has(String(status)) ? (status as TrajectoryEnd['status']) : null,
    verified: typeof verified === 'boolean' ? verified : null,
    probability: typeof probability === 'number' ? probability : null,
    reason: typeof reason === 'string' ? reason : '',
    endedAt: null,
    patch: typeof patch === 'string' ? patch : null,
    usage: null,
    usd: null,
    steps: entries.filter(({ kind }) => kind === 'turn').length,
    seconds: null,
  };
}

const STATUSES: ReadonlySet<string> = new Set<NonNullable<TrajectoryEnd['status']>>([
  'solved',
  'unverified',
  'gave-up',
  'limit',
  'model-unreachable',
  'failed',
  'interrupted',
]);

const NOWHERE = { position: null, at: null } as const;
type OpenCall = { -readonly [K in keyof Call]: Call[K] };
type OpenTurn = Omit<{ -readonly [K in keyof Turn]: Turn[K] }, 'calls'> & { calls: OpenCall[] };

function entriesFrom({ content, details }: AdpTrajectory): Entry[] {
  const entries: Entry[] = [];
  const calls = new Map<string, OpenCall>();
  let turn: OpenTurn | null = null;
  let last: OpenCall | null = null;
  let steps = 0;
  const say = (by: 'system' | 'user' | 'harness', text: string) => {
    turn = null;
    last = null;
    entries.push({ kind: 'told', ...NOWHERE, by, text });
  };
  const begin = (text: string, reasoning: string | null): OpenTurn => {
    steps += 1;
    const own = { step: steps, endedAt: null, model: null, finish: null, usage: null, usd: null };
    const made: OpenTurn = { kind: 'turn', ...NOWHERE, ...own, reasoning, text, calls: [] };
    entries.push(made);
    return made;
  };
  if (typeof details?.system_prompt === 'string') say('system', details.system_prompt);
  for (const item of content) {
    switch (item.class_) {
      case 'message_action':
        begin(item.content, item.reasoning_content ?? null);
        turn = null;
        last = null;
        break;
      case 'api_action':
      case 'code_action': {
        const thought = item.description ?? '';
        const reasoning = item.reasoning_content ?? null;
        if (turn === null || thought !== '' || reasoning !== null) turn = begin(thought, reasoning);
        last = callFrom(item, `call-${steps}-${turn.calls.length + 1}`);
        turn.calls.push(last);
        if (item.tool_call_id != null) calls.set(item.tool_call_id, last);
        break;
      }
      default: {
        // Before 1.2 an observation belongs to the action it follows.
        const call = item.tool_call_id == null ? unanswered(last) : calls.get(item.tool_call_id);
        if (item.class_ === 'image_observation') {
          const picture = { mediaType: 'image/png', object: item.content.replace(/^objects\//, '') };
          const shown = call ?? last;
          if (shown !== null && shown !== undefined) shown.images = [...shown.images, picture];
          break;
        }
        const text = item.class_ === 'text_observation' ? item.content : pageText(item);
        const byUser =
          item.class_ === 'text_observation' && item.source === 'user' && item.tool_call_id == null;
        if (call === undefined || call === null || byUser) say(byUser ? 'user' : 'harness', text);
        else Object.assign(call, { outcome: 'ok', content: text });
      }
    }
  }
  return entries;
}

function unanswered(call: OpenCall | null): OpenCall | null {
  return call !== null && call.outcome === null ? call : null;
}

function callFrom(item: Extract<AdpItem, { class_: 'api_action' | 'code_action' }>, id: string): OpenCall {
  const own = { endedAt: null, outcome: null, content: '', images: [], calls: [] };
  const call = { id: item.tool_call_id ?? id, ...NOWHERE, ...own };
  if (item.class_ === 'api_action') return { ...call, tool: item.function, input: item.kwargs };
  if (item.language === 'bash') return { ...call, tool: 'bash', input: { command: item.content } };
  return { ...call, tool: 'code', input: { language: item.language, code: item.content } };
}

function pageText({ url, axtree, html }: Extract<AdpItem, { class_: 'web_observation' }>): string {
  return [url, axtree ?? html].filter((each) => each != null && each !== '').join('\n');
}
