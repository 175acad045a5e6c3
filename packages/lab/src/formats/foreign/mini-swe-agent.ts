import * as z from 'zod/mini';
import { objectOf } from '../json.ts';
import type { Call, Entry, Trajectory } from '../trajectory.ts';
import { readAs } from '../unreadable.ts';

const text = z.optional(z.nullable(z.string()));
const content = z.union([z.string(), z.array(z.looseObject({ text }))]);

const trajectorySchema = z.looseObject({
  trajectory_format: z.string().check(z.startsWith('mini-swe-agent', 'no mini-swe-agent trajectory')),
  instance_id: text,
  info: z.looseObject({
    exit_status: text,
    submission: text,
    model_stats: z.optional(
      z.nullable(
        z.looseObject({
          instance_cost: z.optional(z.nullable(z.number())),
          api_calls: z.optional(z.nullable(z.number())),
        }),
      ),
    ),
    mini_version: text,
    config: z.optional(
      z.nullable(z.looseObject({ model: z.optional(z.nullable(z.looseObject({ model_name: text }))) })),
    ),
  }),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.optional(z.nullable(content)),
      tool_calls: z.optional(
        z.nullable(
          z.array(
            z.looseObject({ id: text, function: z.looseObject({ name: z.string(), arguments: text }) }),
          ),
        ),
      ),
      tool_call_id: text,
      timestamp: z.optional(z.nullable(z.number())),
      extra: z.optional(z.nullable(z.looseObject({ timestamp: z.optional(z.nullable(z.number())) }))),
    }),
  ),
});

type Message = z.infer<typeof trajectorySchema>['messages'][number];

/**
 * A `NAME.traj.json` of mini-swe-agent. Its shell commands stand in a fenced block of the reply, or are calls of `bash`; the
 * message after it is what they printed.
 */
export function trajectoryFromMini(value: unknown, where: string): Trajectory {
  const { info, messages, instance_id } = readAs(trajectorySchema, value, where);
  const entries = entriesFrom(messages);
  const asked = entries.find((entry) => entry.kind === 'told' && entry.by === 'user');
  const model = info.config?.model?.model_name ?? null;
  const turns = entries.filter(({ kind }) => kind === 'turn');
  const times = messages.flatMap((message) => timeOf(message) ?? []);
  return {
    head: {
      id:
        instance_id ??
        where
          .split('/')
          .at(-1)
          ?.replace(/(\.traj)?\.json$/, '') ??
        'imported',
      agent: { name: 'mini-swe-agent', version: info.mini_version ?? 'unknown' },
      model,
      task: asked?.kind === 'told' ? asked.text : null,
      startedAt: times[0] ?? null,
      tools: [],
      parent: null,
      within: null,
      meta: { exit_status: info.exit_status ?? null },
    },
    entries: () => entries,
    end: {
      status: statusOf(info.exit_status ?? ''),
      verified: null,
      probability: null,
      reason: info.exit_status ?? '',
      endedAt: times.at(-1) ?? null,
      patch: info.submission ?? '',
      usage: null,
      usd: info.model_stats?.instance_cost ?? null,
      steps: info.model_stats?.api_calls ?? turns.length,
      seconds: times.length > 1 ? (times.at(-1)! - times[0]!) / 1000 : null,
    },
    children: () => [],
  };
}

/** `LimitsExceeded` is a limit; `Submitted` is nobody's verdict; what else ended it failed. */
function statusOf(exit: string): 'limit' | 'failed' | 'interrupted' | null {
  if (exit === '' || exit === 'Submitted') return null;
  if (exit === 'UserInterruption' || exit === 'KeyboardInterrupt') return 'interrupted';
  return /limit/i.test(exit) ? 'limit' : 'failed';
}

type OpenCall = { -readonly [K in keyof Call]: Call[K] };

function entriesFrom(messages: readonly Message[]): Entry[] {
  const entries: Entry[] = [];
  let open: OpenCall[] = [];
  let steps = 0;
  for (const message of messages) {
    const said = saidIn(message);
    const base = { position: null, at: timeOf(message) ?? null };
    if (message.role === 'assistant') {
      steps += 1;
      open = callsOf(message, said, steps);
      const own = { endedAt: null, model: null, reasoning: null, finish: null, usage: null, usd: null };
      entries.push({ kind: 'turn', ...base, ...own, step: steps, text: said, calls: open });
      continue;
    }
    const answered =
      message.role === 'tool'
        ? open.find(({ id }) => id === message.tool_call_id)
        : message.role === 'user' && steps > 0
          ? open.find(({ outcome }) => outcome === null)
          : undefined;
    if (answered !== undefined) Object.assign(answered, { outcome: 'ok', content: said, endedAt: base.at });
    else entries.push({ kind: 'told', ...base, by: byOf(message.role, steps), text: said });
  }
  return entries;
}

function byOf(role: string, steps: number): 'system' | 'user' | 'harness' {
  if (role === 'system') return 'system';
  return role === 'user' && steps === 0 ? 'user' : 'harness';
}

function callsOf({ tool_calls }: Message, said: string, step: number): OpenCall[] {
  const made = (id: string, tool: string, raw: string): OpenCall => {
    const input = objectOf(raw);
    const own = {
      position: null,
      at: null,
      endedAt: null,
      outcome: null,
      content: '',
      images: [],
      calls: [],
    };
    return { id, tool, input, ...(input === null ? { raw } : {}), ...own };
  };
  if (tool_calls != null && tool_calls.length > 0)
    return tool_calls.map(({ id, function: { name, arguments: raw } }, index) =>
      made(id ?? `${step}-${index + 1}`, name, raw ?? '{}'),
    );
  const fenced = /```(?:mswea_)?(?:bash|sh)[^\n]*\n([\s\S]*?)\n```/.exec(said);
  return fenced === null ? [] : [made(`${step}-1`, 'bash', JSON.stringify({ command: fenced[1] }))];
}

function saidIn({ content: given }: Message): string {
  if (given == null) return '';
  if (typeof given === 'string') return given;
  return given.map(({ text: part }) => part ?? '').join('\n');
}

/** Seconds there. */
function timeOf({ timestamp, extra }: Message): number | undefined {
  const seconds = timestamp ?? extra?.timestamp;
  return seconds == null ? undefined : Math.round(seconds * 1000);
}
