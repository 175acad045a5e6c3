import xterm from '@xterm/headless';
import type { ViewStream } from '../src/render/view.ts';

/** A terminal that keeps what is on its screen. */
export class FakeTerminal {
  readonly isTTY = true;
  columns: number;
  readonly rows = 24;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  #written: Promise<void> = Promise.resolve();

  constructor(columns: number) {
    this.columns = columns;
    this.#screen = new xterm.Terminal({
      cols: columns,
      rows: this.rows,
      allowProposedApi: true,
      convertEol: true,
    });
  }

  write(text: string): boolean {
    this.#written = new Promise((resolve) => this.#screen.write(text, resolve));
    return true;
  }

  /** Lines that do not fit any more are broken, as terminals do. */
  async resize(columns: number): Promise<void> {
    await this.#written;
    this.columns = columns;
    this.#screen.resize(columns, this.rows);
  }

  async text(): Promise<string> {
    await this.#written;
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
    return lines.join('\n').trimEnd();
  }
}

/** What is no terminal. */
export function sink() {
  let text = '';
  const stream: ViewStream = {
    write: (chunk) => {
      text += chunk;
    },
  };
  return { stream, text: () => text };
}
