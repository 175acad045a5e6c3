import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { keyOf, wholeKey } from './edit.ts';
import { readChecks } from './read-checks.ts';
import { readSuspects, readTrials, readView } from './read-results.ts';
import { type Call, type CheckView, type Epoch, emptyEpoch, type RepairState } from './state.ts';

/** `Limits: 150 steps, 3600 s, …` */
const LIMITS = /^Limits: (\d+) steps, (\d+(?:\.\d+)?) s\b/m;

/** What the repository says of itself is no report of the harness. */
const GUIDANCE = /^<guidance path="[^"]*">\n[\s\S]*?^<\/guidance>$/gm;

/** How the harness says that the process died while an action ran. */
const INTERRUPTED = /^interrupted\b/;

/** Folds the messages into what the model knows. Anything it doesn't recognise is passed over. */
export function readPrompt(prompt: LanguageModelV4Prompt, tools: readonly string[]): RepairState {
  const fold = new Fold();
  for (const message of prompt) fold.message(message);
  return { tools: new Set(tools), ...fold.state() };
}

class Fold {
  #root = '';
  #limits: RepairState['limits'] = null;
  #replies = 0;
  #checks: readonly CheckView[] = [];
  #faults: string[] = [];
  #finishing = 0;
  #whole: RepairState['whole'] = null;
  #trials = 0;
  #seconds = 0;
  readonly #epochs: Epoch[] = [emptyEpoch(null, [])];
  readonly #calls = new Map<string, Call>();
  /** Ids of the last reply's calls, and which of them died. */
  #lastCalls: string[] = [];
  #died = new Set<string>();

  message(message: LanguageModelV4Message): void {
    switch (message.role) {
      case 'system':
        return;
      case 'user':
        for (const part of message.content) if (part.type === 'text') this.#told(part.text);
        return;
      case 'assistant':
        this.#replies += 1;
        this.#lastCalls = [];
        this.#died = new Set();
        for (const part of message.content) {
          if (part.type !== 'tool-call') continue;
          const input = isRecord(part.input) ? part.input : {};
          this.#calls.set(part.toolCallId, { id: part.toolCallId, tool: part.toolName, input });
          this.#lastCalls.push(part.toolCallId);
        }
        return;
      case 'tool':
        for (const part of message.content) {
          if (part.type !== 'tool-result') continue;
          const call = this.#calls.get(part.toolCallId);
          const { output } = part;
          if (!call) continue;
          const text =
            output.type === 'text' || output.type === 'error-text' ? output.value : JSON.stringify(output);
          this.#observe(call, text, output.type !== 'text' && output.type !== 'content');
        }
        return;
      default:
        message satisfies never;
    }
  }

  state(): Omit<RepairState, 'tools'> {
    return {
      root: this.#root,
      limits: this.#limits,
      replies: this.#replies,
      checks: this.#checks,
      interrupted: this.#lastCalls.filter((id) => this.#died.has(id)).map((id) => this.#calls.get(id)!),
      faults: this.#faults,
      epochs: this.#epochs,
      finishing: this.#finishing,
      whole: this.#whole,
      spent: { trials: this.#trials, seconds: this.#seconds },
    };
  }

  #told(words: string): void {
    const text = words.replaceAll(GUIDANCE, '');
    const root = /^Repository: (\S.*?)(?: \(at commit [0-9a-f]+\))?, an isolated copy/m.exec(text)?.[1];
    if (root !== undefined) this.#root = root;
    const limits = LIMITS.exec(text);
    if (limits) this.#limits = { steps: Number(limits[1]), seconds: Number(limits[2]) };
    this.#report(text);
  }

  #report(text: string): void {
    const checks = readChecks(text);
    if (checks.length === 0) return;
    // A check that wasn't run again keeps what was last known of it.
    const known = new Map(this.#checks.map((check) => [check.name, check]));
    for (const check of checks) known.set(check.name, check);
    this.#checks = [...known.values()];
    this.#epochs.at(-1)!.failures = text;
    const edits = this.#epochs.slice(1).map(({ edit }) => edit!);
    if (this.#whole === null && edits.length > 1 && this.#checks.every(({ status }) => status === 'passed')) {
      this.#whole = { edits, left: false };
    }
  }

  #observe(call: Call, text: string, isError: boolean): void {
    if (isError && INTERRUPTED.test(text)) {
      this.#died.add(call.id);
      return;
    }
    if (isError) this.#faults.push(`${call.tool}: ${text.split('\n', 1)[0]}`);
    else this.#faults = [];
    const epoch = this.#epochs.at(-1)!;
    switch (call.tool) {
      case 'localize':
        epoch.suspects = isError ? [] : readSuspects(text);
        return;
      case 'attempt':
        if (!isError) this.#tried(epoch, call, text);
        return;
      case 'edit':
        this.#edited(epoch, call, text, isError);
        return;
      case 'finish':
        if (isError) return;
        this.#finishing += 1;
        this.#report(text);
        return;
      default:
    }
  }

  #tried(epoch: Epoch, call: Call, text: string): void {
    const { trials, seconds } = readTrials(call.input, text);
    if (call.input.compare === true) epoch.compared = true;
    const mended = (of: Epoch) =>
      [...of.trials.values()].some(({ outcome }) => outcome === 'pass' || outcome === 'part');
    if (mended(epoch)) epoch.batchesSinceMended += 1;
    for (const trial of trials) epoch.trials.set(keyOf(trial.edit), trial);
    epoch.batches += 1;
    if (call.input.compare !== true) this.#trials += trials.length;
    this.#seconds += seconds;
  }

  #edited(epoch: Epoch, { input }: Call, text: string, isError: boolean): void {
    const path = typeof input.path === 'string' ? input.path : '';
    switch (input.command) {
      case 'view': {
        const range = Array.isArray(input.range) ? (input.range as number[]) : undefined;
        readView(epoch.files, path, text, { isError, first: range?.[0] ?? 1 });
        return;
      }
      case 'replace': {
        if (isError) return;
        const edit = {
          path,
          line: lineIn(epoch, path, String(input.old)),
          old: String(input.old),
          new: String(input.new),
        };
        this.#epochs.push(emptyEpoch(edit, this.#checks));
        this.#finishing = 0;
        return;
      }
      case 'undo': {
        if (isError || this.#epochs.length === 1) return;
        const undone = this.#epochs.pop()!;
        if (this.#whole !== null) this.#whole = { ...this.#whole, left: true };
        this.#epochs.at(-1)!.rejected.add(wholeKey(undone.edit!));
        this.#checks = undone.before;
        this.#finishing = 0;
        return;
      }
      default:
    }
  }
}

/** Line of the file at which a replaced text stood; 0 if the file was not seen. */
function lineIn(epoch: Epoch, path: string, old: string): number {
  const seen = epoch.files.get(path);
  if (!seen) return 0;
  const text = [...seen.lines.values()].join('\n');
  const at = text.indexOf(old);
  return at < 0 ? 0 : text.slice(0, at).split('\n').length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
