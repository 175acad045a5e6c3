import { type Palette, palette } from './render/palette.ts';

/** Widest layout: beyond this, lines are hard to read. */
const MAX_COLUMNS = 120;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** What a stream can show. */
export interface Terminal {
  readonly columns: number;
  /** Lines that are seen at once. */
  readonly rows: number;
  /** The cursor may be moved: a live view is possible. */
  readonly live: boolean;
  readonly palette: Palette;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Plain lines where there is no terminal, and where NO_COLOR, CI or a dumb terminal asks for them. */
export function terminalOf(stream: OutputStream, env: NodeJS.ProcessEnv = process.env): Terminal {
  const tty = stream.isTTY === true && env.TERM !== 'dumb';
  const colours = tty && !env.NO_COLOR;
  const live = colours && (!env.CI || env.CI === 'false');
  return {
    columns: Math.min(stream.columns || asked(env.COLUMNS) || DEFAULT_COLUMNS, MAX_COLUMNS),
    rows: stream.rows || DEFAULT_ROWS,
    live,
    palette: palette(colours),
  };
}

/** Where there is no terminal to ask: as other programs take it. 0: it says nothing. */
function asked(columns: string | undefined): number {
  return /^\d{1,4}$/.test(columns ?? '') ? Number(columns) : 0;
}
