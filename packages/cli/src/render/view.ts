import type { Observer } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import { type OutputStream, terminalOf } from '../terminal.ts';
import { refusedHost } from './refused-host.ts';
import { type Past, RunNarrator } from './run-narrator.ts';

/** An observer for people. */
export interface View extends Observer {
  /** The person wants to stop; it takes a moment. */
  stopping(): void;
  /** A person is asked something: nothing is drawn until they have answered. */
  still(asking: boolean): void;
  /** Leaves the stream as an ordinary line-by-line one. */
  end(): void;
}

export type ViewStream = OutputStream & { write(text: string): unknown };

export interface ViewOptions {
  readonly quiet: boolean;
  /** Lines only, even at a terminal: a person answers questions between them. */
  readonly plain?: boolean;
  /** Events before the first one the view is told. */
  readonly past?: Past;
}

const STOPPING = 'stopping: the work so far is kept; once more to leave at once';

/** The view that fits: live at a terminal, plain lines elsewhere, none when quiet. */
export async function openView(stream: ViewStream, { quiet, plain, past }: ViewOptions): Promise<View> {
  if (quiet) return { stopping() {}, still() {}, end() {} };
  const narrator = new RunNarrator(() => terminalOf(stream), past);
  if (plain === true || !terminalOf(stream).live) return plainView(stream, narrator);
  const { LiveView } = await import('./live-view.ts');
  return new LiveView(stream, { narrator, stoppingText: STOPPING });
}

/** Finished lines only, without any control of the cursor. */
export function plainView(stream: ViewStream, narrator: RunNarrator): View {
  const tell = (lines: readonly string[]) => {
    for (const line of lines) stream.write(`${line}\n`);
  };
  return {
    event: (recorded: Recorded) => tell(narrator.event(recorded)),
    child: (recorded: Recorded) => tell(narrator.child(recorded)),
    network({ host, allowed }) {
      if (!allowed) stream.write(`${refusedHost(host)}\n`);
    },
    stopping() {
      stream.write(`heddle: ${STOPPING}\n`);
    },
    still() {},
    end() {},
  };
}
