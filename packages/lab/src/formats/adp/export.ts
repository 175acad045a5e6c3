import { Again } from '../again.ts';
import { arrayText, objectText, type Streamed } from '../json.ts';
import type { Call, Entry, Trajectory, Turn } from '../trajectory.ts';

const ADP_VERSION = '1.2.0';

/** Languages of code actions that both sides know: the closed list of the format has them, and tools here name them so. */
const LANGUAGES: ReadonlySet<string> = new Set(
  'bash c clojure cpp csharp dart elixir erlang fortran go haskell java javascript julia kotlin lua matlab ocaml perl php powershell python r ruby rust scala sh shell sql swift typescript'.split(
    ' ',
  ),
);

/** What stands for the observation of a call that was never carried out: each action must have one. */
const NO_RESULT = '(no result)';

type Item = Record<string, unknown>;

/**
 * ADP 1.2.0 (neulab/agent-data-protocol), in pieces. Shell commands and code cells are code actions, other calls api
 * actions; each has its observation. What the harness says or finds is an observation of the environment. Left out:
 * times, tokens, costs, models asked on its behalf, calls inside calls.
 */
export function* adpText(trajectory: Trajectory): Generator<string> {
  const { head, end } = trajectory;
  const flat = new Flat(head.tools.map(({ name }) => name));
  const late = (value: () => unknown): Streamed => ({ pieces: () => [JSON.stringify(value())] });
  yield* objectText({
    schema_version: ADP_VERSION,
    id: head.id,
    content: { pieces: () => arrayText(flat.items(trajectory.entries())) },
    // These must agree with what the content uses, so they come after it; null is allowed where there is none.
    available_custom_tools: late(() => flat.tools),
    available_code_languages: late(() => flat.languages),
    details: late(() => ({
      agent: head.agent.name,
      agent_version: head.agent.version,
      ...(head.model === null ? {} : { model: head.model }),
      ...(flat.system === null ? {} : { system_prompt: flat.system }),
      ...(end === null ? {} : { outcome: outcomeOf(end) }),
    })),
  });
}

function outcomeOf({ status, verified, probability, reason, patch }: NonNullable<Trajectory['end']>): Item {
  return { status, verified, probability, reason, patch };
}

/** The entries as the flat list that the format has, and what they use. */
class Flat {
  system: string | null = null;
  readonly #tools: Set<string>;
  readonly #languages = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #again = new Again();

  constructor(tools: readonly string[]) {
    this.#tools = new Set(tools);
  }

  get tools(): string[] | null {
    return this.#tools.size === 0 ? null : [...this.#tools].sort();
  }

  get languages(): string[] | null {
    return this.#languages.size === 0 ? null : [...this.#languages].sort();
  }

  *items(entries: Iterable<Entry>): Generator<Item> {
    for (const entry of entries) {
      if (this.#again.is(entry)) continue;
      yield* this.#item(entry);
    }
  }

  *#item(entry: Entry): Generator<Item> {
    switch (entry.kind) {
      case 'told':
        if (entry.by === 'system' && this.system === null) this.system = entry.text;
        else yield observation(entry.text, entry.by === 'user' ? 'user' : 'environment');
        return;
      case 'turn':
        yield* this.#turn(entry);
        return;
      case 'checked': {
        const { name, status, failing } = entry;
        yield observation([`Check ${name}: ${status}`, ...failing].join('\n'), 'environment');
        return;
      }
      case 'folded':
        yield observation(entry.text, 'environment');
        return;
      case 'child': {
        const ended = entry.outcome === null ? 'no end' : `${entry.outcome.status}: ${entry.outcome.reason}`;
        yield observation(`Rollout ${entry.rollout} for ${entry.path}: ${ended}`, 'environment');
        return;
      }
      default:
    }
  }

  *#turn({ text, reasoning, calls }: Turn): Generator<Item> {
    const thought = reasoning === null ? {} : { reasoning_content: reasoning };
    if (calls.length === 0) {
      yield { class_: 'message_action', content: text, description: null, ...thought };
      return;
    }
    for (const [index, call] of calls.entries()) {
      const id = this.#unique(call.id);
      const own =
        index === 0 ? { description: text === '' ? null : text, ...thought } : { description: null };
      yield { ...this.#action(call), ...own, tool_call_id: id };
      const content = call.outcome === null ? NO_RESULT : call.content;
      yield { ...observation(content, 'environment'), tool_call_id: id };
      for (const { object } of call.images)
        yield { class_: 'image_observation', content: `objects/${object}`, source: 'environment' };
    }
  }

  #action({ tool, input, raw }: Call): Item {
    const names = Object.keys(input ?? {})
      .sort()
      .join(' ');
    const { command, language, code } = input ?? {};
    if (tool === 'bash' && names === 'command' && typeof command === 'string')
      return this.#code('bash', command);
    if (
      tool === 'code' &&
      names === 'code language' &&
      typeof code === 'string' &&
      LANGUAGES.has(String(language))
    )
      return this.#code(String(language), code);
    this.#tools.add(tool);
    return { class_: 'api_action', function: tool, kwargs: input ?? { raw_arguments: raw ?? '' } };
  }

  #code(language: string, content: string): Item {
    this.#languages.add(language);
    return { class_: 'code_action', language, content };
  }

  /** Some providers count their calls anew in each reply. */
  #unique(id: string): string {
    let unique = id;
    for (let number = 2; this.#ids.has(unique); number += 1) unique = `${id}-${number}`;
    this.#ids.add(unique);
    return unique;
  }
}

function observation(content: string, source: 'user' | 'environment'): Item {
  return { class_: 'text_observation', content, source };
}
