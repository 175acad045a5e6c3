import { actionProblem, actionTitle } from '@heddle/agent';
import {
  type CheckOutcome,
  type EventOf,
  isCompositionEvent,
  isPeerEvent,
  type ObjectStore,
  type PeerEvent,
  type Recorded,
} from '@heddle/core';
import { comparedLines } from './compared-text.ts';
import { foldText } from './fold-text.ts';
import { hookLines } from './hook-text.ts';
import { knowledgeInFull, knowledgeText } from './knowledge-text.ts';
import { changeText, outcomeText } from './outcome.ts';
import type { Palette } from './palette.ts';
import { peerText } from './peer-text.ts';
import { clip, count, duration, indent, money, printable } from './text.ts';

export interface TranscriptOptions {
  readonly columns: number;
  readonly palette: Palette;
  readonly objects: ObjectStore;
  /** Only this step, with nothing cut. Step 0 is what comes before the model's first word. */
  readonly step?: number;
  /** Of agents made of agents: each with what came of it, told where the first of them begins. */
  readonly agents?: string;
}

/** Lines of an observation shown at its start and its end when a whole rollout is read. */
const HEAD_LINES = 6;
const TAIL_LINES = 3;
const LABEL_COLUMNS = 12;

/** A rollout as a text to read from top to bottom: who said and did what, and what came of it. */
export function transcript(events: readonly Recorded[], options: TranscriptOptions): string {
  const writer = new Writer(options);
  for (const recorded of events) writer.event(recorded);
  return writer.text();
}

class Writer {
  readonly #options: TranscriptOptions;
  readonly #lines: string[] = [];
  readonly #checks = new Map<string, CheckOutcome>();
  readonly #calls = new Map<string, EventOf<'action.started'>>();
  #step = 0;
  #agentsTold = false;
  /** The probability is that of a choice. */
  #crosschecked = false;

  constructor(options: TranscriptOptions) {
    this.#options = options;
  }

  text(): string {
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n').trim()}\n`;
  }

  event({ event, at }: Recorded): void {
    const { palette } = this.#options;
    switch (event.type) {
      case 'rollout.started':
        this.#started(event, at);
        return;
      case 'rollout.forked':
        this.#line(
          palette.cyan(`⑂ forked from ${event.parent.rollout} after step ${event.parent.step}`),
          palette.dim(`  goes on with ${event.config.model}`),
        );
        return;
      case 'rollout.resumed':
        this.#line(palette.cyan('▸ resumed'));
        return;
      case 'rollout.paused':
        this.#line('', palette.yellow(`‖ paused: ${printable(event.reason)}`));
        return;
      case 'rollout.completed':
        this.#completed(event);
        return;
      case 'workspace.prepared':
        for (const note of event.notes) this.#line(palette.yellow(`! ${printable(note)}`));
        for (const line of knowledgeText(event)) this.#line(palette.dim(`  ${line}`));
        if (this.#options.step !== undefined) for (const text of knowledgeInFull(event)) this.#block(text);
        return;
      case 'check.completed':
        this.#check(event);
        return;
      case 'note.added':
        if (event.about === 'guide' && this.#options.step === undefined) {
          this.#line(palette.cyan(`  guide: ${printable(event.name ?? '')}`));
          return;
        }
        if (event.from === 'user' || (event.about !== 'report' && event.about !== 'format'))
          this.#line(
            palette.cyan(`  ${event.from === 'user' ? 'you' : event.about}: ${printable(event.text)}`),
          );
        return;
      case 'model.requested':
        this.#begin(event.step);
        return;
      case 'model.retried':
        this.#line(
          palette.yellow(`  ↻ ${printable(event.message)}; again after ${duration(event.waitSeconds)}`),
        );
        return;
      case 'model.failed':
        this.#line(palette.red(`  ✗ ${printable(event.message)}`));
        return;
      case 'model.completed':
        this.#reply(event);
        return;
      case 'action.started':
        this.#calls.set(event.call, event);
        return;
      case 'action.completed':
        this.#action(event);
        return;
      case 'memory.folded':
        this.#line(palette.cyan(`  ${foldText(event)}`));
        if (this.#options.step !== undefined) this.#block(event.text);
        return;
      case 'edit.compared':
        for (const line of comparedLines(event)) this.#line(palette.cyan(`  ${line}`));
        return;
      case 'model.consulted':
        this.#consulted(event);
        return;
      case 'view.refreshed':
      case 'workspace.restored':
      case 'check.started':
        return;
      case 'agent.started':
        this.#agents();
        return;
      case 'candidate.chosen':
        this.#chosen(event);
        return;
      default:
        if (isPeerEvent(event)) this.#peer(event);
        else if (!isCompositionEvent(event)) event satisfies never;
    }
  }

  #begin(step: number): void {
    this.#step = step;
    this.#line('', this.#options.palette.bold(`step ${step}`));
  }

  #peer(event: PeerEvent): void {
    const { palette, step } = this.#options;
    if ('step' in event && event.step > this.#step) this.#begin(event.step);
    const { lines, block } = peerText(event, { palette, full: step !== undefined });
    this.#line(...lines);
    if (block !== undefined) this.#block(block);
  }

  #chosen({ candidate, probability }: EventOf<'candidate.chosen'>): void {
    const { palette } = this.#options;
    this.#crosschecked = true;
    const choice =
      candidate === null
        ? 'no candidate was chosen'
        : `#${candidate} was chosen (${Math.round(probability * 100)} %)`;
    this.#line(`  ${choice}${palette.dim(': --crosscheck shows why')}`, '');
  }

  #agents(): void {
    const { palette, agents = '' } = this.#options;
    if (!this.#agentsTold) this.#line('', palette.bold('agents'), agents, '');
    this.#agentsTold = true;
  }

  #line(...lines: string[]): void {
    const { step } = this.#options;
    if (step === undefined || step === this.#step) this.#lines.push(...lines);
  }

  #started({ task, config, heddle }: EventOf<'rollout.started'>, at: number): void {
    const { bold, dim } = this.#options.palette;
    const { limits } = config;
    const row = (name: string, value: string) => `${dim(name.padEnd(LABEL_COLUMNS))}${value}`;
    const text = indent(printable(task.text.trim()), ' '.repeat(LABEL_COLUMNS)).trimStart();
    this.#line(
      row('task', bold(text)),
      row('repository', `${task.repo}${task.commit === null ? '' : ` at ${task.commit.slice(0, 10)}`}`),
      row('model', `${config.model}, seed ${config.seed}`),
      row('sandbox', `${config.sandbox}, network ${config.network ? 'open' : 'closed'}`),
      row('limits', `${limits.steps} steps, ${money(limits.usd)}, ${duration(limits.seconds)}`),
      ...config.checks.map(({ name, command }, index) =>
        row(index === 0 ? 'checks' : '', `${name}: ${command}`),
      ),
      row('started', `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC, Heddle ${heddle}`),
      '',
      bold('before any edit'),
    );
  }

  #check({ check, outcome, output, seconds }: EventOf<'check.completed'>): void {
    const { palette, objects } = this.#options;
    const before = this.#checks.get(check) ?? null;
    this.#checks.set(check, outcome);
    this.#line(`  ${check}  ${changeText(before, outcome, palette)}  ${palette.dim(duration(seconds))}`);
    const mended = before === null ? [] : before.failing.filter((name) => !outcome.failing.includes(name));
    for (const name of this.#some(outcome.failing)) this.#line(palette.red(`    ✗ ${name}`));
    if (outcome.counts !== null)
      for (const name of this.#some(mended)) this.#line(palette.green(`    ✓ ${name}`));
    if (this.#options.step !== undefined) this.#block(Buffer.from(objects.get(output)).toString('utf8'));
  }

  #some(names: readonly string[]): string[] {
    const shown = names.slice(0, this.#options.step === undefined ? HEAD_LINES : names.length).map(printable);
    return shown.length < names.length ? [...shown, `${names.length - shown.length} more`] : shown;
  }

  #reply({ content, seconds, usage, usd }: EventOf<'model.completed'>): void {
    const { palette, step } = this.#options;
    for (const part of content) {
      if (part.type === 'text' && part.text.trim() !== '')
        this.#line(indent(printable(part.text.trim()), '  '));
      if (part.type === 'reasoning' && step !== undefined && part.text !== '')
        this.#line(palette.dim(indent(printable(part.text.trim()), '  ')));
    }
    const cost = usd === 0 ? '' : `, ${money(usd)}`;
    if (step !== undefined)
      this.#line(
        palette.dim(`  (${duration(seconds)}, ${usage.inputTokens} + ${usage.outputTokens} tokens${cost})`),
      );
  }

  #consulted({ role, model, usage, usd, seconds, failure }: EventOf<'model.consulted'>): void {
    const { palette, step } = this.#options;
    if (step === undefined && failure === undefined) return;
    const cost = usd === 0 ? '' : `, ${money(usd)}`;
    const spent = `${duration(seconds)}, ${usage.inputTokens} + ${usage.outputTokens} tokens${cost}`;
    const end = failure === undefined ? '' : ` failed: ${failure}`;
    // Whose edits were not made: either of the two.
    const what = role === 'rival' && failure === undefined ? 'not kept' : role;
    this.#line(palette.dim(`  ${what}: ${model}${end} (${spent})`));
  }

  #action(event: EventOf<'action.completed'>): void {
    const { palette, columns, step, objects } = this.#options;
    const started = this.#calls.get(event.call);
    const problem = actionProblem(event);
    if (started !== undefined) {
      const mark = started.parent === undefined ? '▸' : '↳';
      this.#line(palette.cyan(`  ${mark} ${clip(actionTitle(started.tool, started.input), columns - 4)}`));
      if (step !== undefined) this.#input(started.input);
    }
    for (const { text, failed } of hookLines(event))
      this.#line(
        `    ${(failed ? palette.yellow : palette.dim)(step === undefined ? clip(text, columns - 4) : text)}`,
      );
    const output =
      event.output === null || step === undefined ? event.content : fullText(objects, event.output);
    this.#block(output);
    const files = event.changed.map(({ path, status }) => `${path} ${status}`).join(', ');
    if (problem !== '' || files !== '')
      this.#line(
        `    ${[palette.red(clip(problem, columns - 4)), palette.dim(files)].filter(Boolean).join('  ')}`,
      );
  }

  #input(input: unknown): void {
    if (typeof input !== 'object' || input === null) return;
    for (const [name, value] of Object.entries(input)) {
      const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
      if (text.includes('\n')) this.#line(`    ${name}:`, indent(text.trimEnd(), '      '));
      else this.#line(`    ${name}: ${text}`);
    }
  }

  /** An output, its middle left out when a whole rollout is read. */
  #block(text: string): void {
    const { palette, columns, step } = this.#options;
    const lines = printable(text).trimEnd().split('\n');
    const bar = palette.dim('    │ ');
    const line = (each: string) => bar + (step === undefined ? clip(each, columns - 6) : each);
    const left = lines.length - HEAD_LINES - TAIL_LINES;
    if (step !== undefined || left <= 1) {
      this.#line(...lines.map(line));
      return;
    }
    this.#line(
      ...lines.slice(0, HEAD_LINES).map(line),
      bar + palette.dim(`… ${left} more lines (--step ${this.#step})`),
      ...lines.slice(-TAIL_LINES).map(line),
    );
  }

  #completed({ status, verified, probability, reason, why }: EventOf<'rollout.completed'>): void {
    const { palette } = this.#options;
    const head = headOf(status, palette);
    const judge = this.#crosschecked ? 'the crosscheck' : 'the model';
    const sure = probability === null ? '' : `, ${judge} gives it ${Math.round(probability * 100)} %`;
    this.#line('', `${head}${verified ? ', verified' : ', not verified'}${sure}`);
    this.#line(indent(printable(reason.trim()), '  '));
    if (why !== '') this.#line(`  ${verified ? '' : 'not verified: '}${printable(why)}`);
    for (const [name, outcome] of this.#checks) this.#line(`  ${name}  ${outcomeText(outcome, palette)}`);
  }
}

function headOf(status: EventOf<'rollout.completed'>['status'], palette: Palette): string {
  if (status === 'solved') return palette.green('✓ solved');
  return palette.yellow(status === 'unverified' ? '? finished' : `■ ${status}`);
}

function fullText(objects: ObjectStore, digest: string): string {
  return Buffer.from(objects.get(digest)).toString('utf8');
}

/** The line under a transcript: what it took. */
export function totals(result: { steps: number; seconds: number; costUsd: number | null }): string {
  return `${count(result.steps, 'step')}, ${duration(result.seconds)}, ${costText(result.costUsd)}`;
}

function costText(usd: number | null): string {
  return usd === null ? 'cost unknown' : money(usd);
}
