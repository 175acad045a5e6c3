import { Activity } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import type { NetworkRequest } from '@heddle/workspace';
import { createLogUpdate } from 'log-update';
import { type Terminal, terminalOf } from '../terminal.ts';
import { agentsBlock, wholeText } from './agents/agents-block.ts';
import { refusedHost } from './refused-host.ts';
import type { RunNarrator } from './run-narrator.ts';
import { clip, clock, columnsOf, firstLine, money, padEnd } from './text.ts';
import type { View, ViewStream } from './view.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Smooth enough to be alive, seldom enough to cost nothing. */
const FRAME_MILLISECONDS = 120;
/** Up one line, and nothing is left of it. */
const ERASE_LINE_ABOVE = '\u001b[1A\u001b[2K';
/** Of the bottom as it was last written: how wide the terminal was, and each line. */
const NOTHING: { readonly columns: number; readonly widths: readonly number[] } = { columns: 0, widths: [] };
/** Share of the bottom line for what runs; the rest is its last line of output. */
const WHAT_SHARE = 0.55;
/** Lines of the screen that are not for agents: their common one, and some of what was told above it. */
const LINES_AROUND = 5;

export interface LiveViewOptions {
  readonly narrator: RunNarrator;
  /** Shown in the bottom line once the person wants to stop. */
  readonly stoppingText: string;
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
}

/** At a terminal: finished lines scroll by above one line that says what is going on. */
export class LiveView implements View {
  readonly #stream: ViewStream;
  readonly #stoppingText: string;
  readonly #narrator: RunNarrator;
  readonly #activity = new Activity();
  readonly #bottom: ReturnType<typeof createLogUpdate>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #still = false;
  #written = NOTHING;

  constructor(stream: ViewStream, { narrator, stoppingText, now = Date.now }: LiveViewOptions) {
    this.#stream = stream;
    this.#stoppingText = stoppingText;
    this.#now = now;
    this.#narrator = narrator;
    this.#bottom = createLogUpdate(stream as NodeJS.WritableStream);
  }

  event(recorded: Recorded): void {
    this.#activity.event(recorded);
    this.#tell(this.#narrator.event(recorded));
    this.#timer ??= setInterval(() => this.draw(), FRAME_MILLISECONDS).unref();
  }

  child(recorded: Recorded): void {
    this.#tell(this.#narrator.child(recorded));
  }

  network({ host, allowed }: NetworkRequest): void {
    if (!allowed) this.#tell([refusedHost(host)]);
  }

  delta(text: string): void {
    this.#activity.stream(text);
  }

  output(chunk: string): void {
    this.#activity.stream(chunk);
  }

  stopping(): void {
    this.#stopping = true;
    this.draw();
  }

  still(asking: boolean): void {
    if (asking) this.#clear();
    this.#still = asking;
    this.draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#bottom.done();
  }

  #write(lines: readonly string[]): void {
    if (this.#isNarrower()) this.#clear();
    this.#written = { columns: this.#stream.columns ?? 0, widths: lines.map(columnsOf) };
    this.#bottom(lines.join('\n'));
  }

  /**
   * Takes the bottom away. Where the terminal has become narrower, it has broken what was there into more lines than
   * were written, and those are taken away too.
   */
  #clear(): void {
    const { columns = 0 } = this.#stream;
    const broken = (width: number) => Math.max(0, Math.ceil(width / columns) - 1);
    const more = this.#isNarrower() ? this.#written.widths.reduce((sum, width) => sum + broken(width), 0) : 0;
    this.#bottom.clear();
    if (more > 0) this.#stream.write(ERASE_LINE_ABOVE.repeat(more));
    this.#written = NOTHING;
  }

  #isNarrower(): boolean {
    const { columns = 0 } = this.#stream;
    return columns > 0 && columns < this.#written.columns;
  }

  /** Lines that are final, above those that are not. */
  #tell(lines: readonly string[]): void {
    if (lines.length > 0) {
      this.#clear();
      this.#stream.write(`${lines.join('\n')}\n`);
    }
    this.draw();
  }

  /** Redraws what is at the bottom: one line, and with agents a line for each below it. */
  draw(): void {
    if (this.#still) return;
    const { agents } = this.#narrator;
    const terminal = terminalOf(this.#stream);
    const frame = Math.floor(this.#now() / FRAME_MILLISECONDS) % FRAMES.length;
    const spinner = FRAMES[frame]!;
    if (agents.isEmpty) {
      this.#write([this.#line(terminal, spinner, this.#activity.usd, this.#ownLine(terminal))]);
      return;
    }
    const rows = terminal.rows - LINES_AROUND;
    const look = { ...terminal, rows, spinner, now: this.#now() };
    const head = this.#line(terminal, spinner, agents.usd, this.#wholeLine(terminal));
    this.#write(['', head, ...agentsBlock(agents, look)]);
  }

  /** The frame of the line: what turns at its left, time and money at its right. */
  #line(
    { columns, palette }: Terminal,
    spinner: string,
    usd: number,
    text: (room: number) => string,
  ): string {
    const elapsed = clock(this.#now() - (this.#activity.startedAt ?? this.#now()));
    const right = palette.dim(usd === 0 ? elapsed : `${elapsed}  ${money(usd)}`);
    const room = Math.max(0, columns - columnsOf(right) - 5);
    return ` ${palette.cyan(spinner)} ${padEnd(text(room), room)}  ${right}`;
  }

  /** What is done, and the last line that came of it. */
  #ownLine({ palette }: Terminal): (room: number) => string {
    const { step, what, lastLine } = this.#activity;
    return (room) => {
      if (this.#stopping) return clip(this.#stoppingText, room);
      const head = step === 0 ? what : `step ${step}  ${what}`;
      const doing = clip(head, lastLine === '' ? room : Math.floor(room * WHAT_SHARE));
      const tail = clip(lastLine, room - columnsOf(doing) - 2);
      return `${doing}${tail === '' ? '' : `  ${palette.dim(tail)}`}`;
    };
  }

  /** How many agents work on which task. */
  #wholeLine({ palette }: Terminal): (room: number) => string {
    const { agents } = this.#narrator;
    const { what } = this.#activity;
    return (room) => {
      if (this.#stopping) return clip(this.#stoppingText, room);
      const idle = agents.rows().every(({ phase }) => phase === 'ended' || phase === 'failed');
      const state = idle && what !== '' ? `  ${what}` : '';
      const head = clip(`${palette.bold(wholeText(agents))}${state}`, room);
      const task = clip(firstLine(agents.task), room - columnsOf(head) - 2);
      return task === '' ? head : `${head}  ${palette.dim(task)}`;
    };
  }
}
