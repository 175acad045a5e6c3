import type { Recorded } from '@heddle/core';
import type { NetworkRequest } from '@heddle/workspace';
import { createLogUpdate } from 'log-update';
import { terminalOf } from '../terminal.ts';
import { Activity } from './activity.ts';
import type { Narrator } from './narrator.ts';
import { refusedHost } from './refused-host.ts';
import { clip, columnsOf, duration, money, padEnd } from './text.ts';
import type { View, ViewStream } from './view.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Smooth enough to be alive, seldom enough to cost nothing. */
const FRAME_MILLISECONDS = 120;
/** Share of the bottom line for what runs; the rest is its last line of output. */
const WHAT_SHARE = 0.55;

export interface LiveViewOptions {
  readonly narrator: Narrator;
  /** Shown in the bottom line once the person wants to stop. */
  readonly stoppingText: string;
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
}

/** At a terminal: finished lines scroll by above one line that says what is going on. */
export class LiveView implements View {
  readonly #stream: ViewStream;
  readonly #stoppingText: string;
  readonly #narrator: Narrator;
  readonly #activity = new Activity();
  readonly #bottom: ReturnType<typeof createLogUpdate>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #still = false;

  constructor(stream: ViewStream, { narrator, stoppingText, now = Date.now }: LiveViewOptions) {
    this.#stream = stream;
    this.#stoppingText = stoppingText;
    this.#now = now;
    this.#narrator = narrator;
    this.#bottom = createLogUpdate(stream as NodeJS.WritableStream);
  }

  event(recorded: Recorded): void {
    this.#activity.event(recorded);
    const lines = this.#narrator.event(recorded);
    if (lines.length > 0) {
      this.#bottom.clear();
      this.#stream.write(`${lines.join('\n')}\n`);
    }
    this.draw();
    this.#timer ??= setInterval(() => this.draw(), FRAME_MILLISECONDS).unref();
  }

  network({ host, allowed }: NetworkRequest): void {
    if (allowed) return;
    this.#bottom.clear();
    this.#stream.write(`${refusedHost(host)}\n`);
    this.draw();
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
    if (asking) this.#bottom.clear();
    this.#still = asking;
    this.draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#bottom.clear();
    this.#bottom.done();
  }

  /** Redraws the bottom line. */
  draw(): void {
    if (this.#still) return;
    const { columns, palette } = terminalOf(this.#stream);
    const { step, what, usd, startedAt, lastLine } = this.#activity;
    const frame = Math.floor(this.#now() / FRAME_MILLISECONDS) % FRAMES.length;
    const spinner = palette.cyan(FRAMES[frame]!);
    const elapsed = wholeSeconds(this.#now() - (startedAt ?? this.#now()));
    const right = palette.dim(usd === 0 ? elapsed : `${elapsed}  ${money(usd)}`);
    const room = columns - columnsOf(right) - 5;
    const head = step === 0 ? what : `step ${step}  ${what}`;
    const doing = clip(
      this.#stopping ? this.#stoppingText : head,
      lastLine === '' ? room : Math.floor(room * WHAT_SHARE),
    );
    const tail = this.#stopping ? '' : clip(lastLine, room - columnsOf(doing) - 2);
    const left = padEnd(`${doing}${tail === '' ? '' : `  ${palette.dim(tail)}`}`, room);
    this.#bottom(` ${spinner} ${left}  ${right}`);
  }
}

/** A running clock does not show tenths. */
function wholeSeconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 10 ? `${seconds} s` : duration(seconds);
}
