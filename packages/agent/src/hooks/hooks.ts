import { issueText } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { fitArguments } from '../arguments.ts';
import { guardDetailsOf } from '../guard/guard.ts';
import type { ActionEnd } from '../hands.ts';
import type { Tool } from '../tool.ts';
import {
  checkHookTools,
  DEFAULT_HOOK_SECONDS,
  fits,
  type Hook,
  type HookAnswer,
  type HookedAction,
  type HookRecord,
  type HookTime,
  hookName,
} from './hook.ts';

export type Ran = Pick<ActionEnd, 'outcome' | 'content' | 'details' | 'images' | 'output'>;

/** An action, and what is needed to do it and to ask about it. */
export interface Round {
  readonly tool: Tool;
  /** As the tool's schema has them. */
  readonly input: unknown;
  readonly step: number;
  /** The user's, on this machine. */
  readonly repository: string;
  readonly workspace: Workspace;
  /** Of the files before it. */
  readonly snapshot: string;
  readonly secondsLeft: number;
  readonly signal: AbortSignal;
  /**
   * Does it. `asked`: what the model itself asked for, where the repository has other arguments: secrets it did not
   * name are not given.
   */
  run(input: unknown, asked?: unknown): Promise<Ran>;
}

/** What is told of changed arguments: enough to see what was done. */
const MAX_TOLD_CHARACTERS = 300;

/** The hooks of one rollout round its actions. What they did is in `details.hook`. */
export class Hooks {
  readonly #hooks: readonly Hook[];
  readonly #tools: readonly string[];
  /** Snapshot at which a hook before the end let it pass: it is asked again when files have changed. */
  readonly #passed = new Map<Hook, string>();

  /** `tools`: all there are. Throws OperatorError `unknown-tool`. */
  constructor(hooks: readonly Hook[], tools: readonly string[]) {
    checkHookTools(hooks, tools);
    this.#hooks = hooks;
    this.#tools = tools;
  }

  /** Those that run in the sandbox: what is only tried in a fork must reach nothing else. */
  inside(): Hooks {
    return new Hooks(
      this.#hooks.filter((hook) => 'run' in hook && hook.outside !== true),
      this.#tools,
    );
  }

  /** Whether any is asked about this tool: files may change then, whatever the tool does. */
  concern(tool: Tool): boolean {
    return this.#hooks.some((hook) => isAsked(hook, BEFORE, tool) || isAsked(hook, AFTER, tool));
  }

  /** Asks those before, does it unless one of them blocks, asks those after. */
  async round(round: Round): Promise<Ran> {
    if (!this.concern(round.tool)) return round.run(round.input);
    const notes = new Notes();
    const ahead = await this.#before(round, notes);
    if (ahead === null) {
      const content = [...notes.lines, 'Do it another way, or go on without it.'].join('\n');
      return { outcome: 'error', content, details: { hook: notes.records }, output: null };
    }
    const ran = await round.run(ahead.input, ahead.asked);
    const refused = guardDetailsOf(ran.details)?.decision === 'refused';
    const replaced = refused ? null : await this.#after(round, ahead.input, ran, notes);
    return {
      ...ran,
      content: [replaced ?? ran.content, ...notes.lines].join('\n'),
      details: withRecords(ran.details, notes.records),
    };
  }

  /** Null: blocked. */
  async #before(round: Round, notes: Notes): Promise<{ input: unknown; asked?: unknown } | null> {
    const { tool, snapshot } = round;
    let { input } = round;
    let foreign = false;
    for (const hook of this.#hooks.filter((each) => isAsked(each, BEFORE, tool))) {
      if (hook.on === 'finish' && this.#passed.get(hook) === snapshot) continue;
      const answer = await this.#ask(hook, { ...round, input }, notes);
      if (answer === null) continue;
      if (answer.block !== undefined) {
        notes.add(
          hook,
          { did: 'blocked', text: answer.block },
          `Blocked by a hook, so nothing was run: ${answer.block}`,
        );
        return null;
      }
      if (hook.on === 'finish') this.#passed.set(hook, snapshot);
      if (answer.input !== undefined) {
        const fit = fitArguments(tool.schema, answer.input);
        const why = mayRewrite(hook, tool)
          ? fit.mended === null && `its arguments do not fit ${tool.name}: ${issueText(fit.issues[0]!)}`
          : `a repository may change only what is done in the sandbox, not ${tool.name}`;
        if (why) notes.add(hook, { did: 'failed', text: why });
        else if (fit.mended !== null) {
          input = fit.data;
          foreign ||= hook.repository === true;
          notes.add(
            hook,
            { did: 'rewrote', input },
            `[a hook changed the arguments: ${clip(JSON.stringify(input))}]`,
          );
        }
      }
      notes.said(hook, answer);
    }
    return foreign ? { input, asked: round.input } : { input };
  }

  /** What the model is told instead; null: nothing else. */
  async #after(round: Round, input: unknown, ran: Ran, notes: Notes): Promise<string | null> {
    let content: string | null = null;
    for (const hook of this.#hooks.filter((each) => isAsked(each, AFTER, round.tool))) {
      const outcome = ran.outcome === 'ok' ? 'ok' : 'error';
      const told = { outcome, content: content ?? ran.content } as const;
      const answer = await this.#ask(hook, { ...round, input }, notes, told);
      if (answer === null) continue;
      if (answer.content !== undefined) {
        content = answer.content;
        notes.add(hook, { did: 'replaced' });
      }
      // It is done: what there is to say against it the model must hear all the same.
      notes.said(hook, { say: [answer.block, answer.say].filter(Boolean).join('\n') });
    }
    return content;
  }

  /** Null: it is passed over. */
  async #ask(
    hook: Hook,
    { tool, input, step, workspace, repository, secondsLeft, signal }: Round,
    notes: Notes,
    ended: Pick<HookedAction, 'outcome' | 'content'> = {},
  ): Promise<HookAnswer | null> {
    const { runHook } = await import('./run-hook.ts');
    const seconds = Math.min(hook.seconds ?? DEFAULT_HOOK_SECONDS, Math.max(1, secondsLeft));
    const action = { on: hook.on, tool: tool.name, input, step, root: workspace.root, ...ended };
    const end = await runHook(hook, action, { workspace, repository, seconds, signal });
    if ('answer' in end) return end.answer;
    notes.add(hook, { did: 'failed', text: end.failure });
    return null;
  }
}

/** What hooks did about one action, for the journal, and what the model is told of it. */
class Notes {
  readonly records: HookRecord[] = [];
  readonly lines: string[] = [];

  add(hook: Hook, did: Pick<HookRecord, 'did' | 'text' | 'input'>, line?: string): void {
    this.records.push({ hook: hookName(hook), on: hook.on, ...did });
    if (line !== undefined) this.lines.push(line);
  }

  said(hook: Hook, { say }: HookAnswer): void {
    const quiet = !this.records.some((record) => record.hook === hookName(hook) && record.on === hook.on);
    if (say) this.add(hook, { did: 'said', text: say }, `[hook: ${say}]`);
    else if (quiet) this.add(hook, { did: 'passed' });
  }
}

const BEFORE: readonly HookTime[] = ['before', 'finish'];
const AFTER: readonly HookTime[] = ['after'];

function isAsked(hook: Hook, times: readonly HookTime[], tool: Tool): boolean {
  if (!times.includes(hook.on)) return false;
  return hook.on === 'finish' ? tool.touches.settles === true : fits(hook, tool.name);
}

/** A repository's text must not say what is done beyond the walls, or handed in. */
function mayRewrite(hook: Hook, { touches }: Tool): boolean {
  return hook.repository !== true || (touches.writes && touches.settles !== true);
}

function withRecords(details: unknown, hook: readonly HookRecord[]): unknown {
  return details !== null && typeof details === 'object' ? { ...details, hook } : { result: details, hook };
}

function clip(text: string): string {
  return text.length <= MAX_TOLD_CHARACTERS ? text : `${text.slice(0, MAX_TOLD_CHARACTERS)}…`;
}
