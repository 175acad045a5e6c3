import { spawn } from 'node:child_process';
import xterm from '@xterm/headless';

type Buffer = InstanceType<typeof xterm.Terminal>['buffer']['active'];

/** What a cell of the screen looks like; colours are the terminal's sixteen, -1 its own. */
export interface Cell {
  readonly text: string;
  readonly colour: number;
  readonly bold: boolean;
  readonly dim: boolean;
}

export type Screen = readonly (readonly Cell[])[];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Python is there wherever the demo runs; Node makes no terminal by itself. Size and command are its arguments. */
const IN_A_TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', int(sys.argv[2]), int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    os.write(1, chunk)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** What a command left on a terminal, and what it showed on the way: each screen after something was written. */
export async function runInTerminal(
  command: readonly string[],
  { columns, rows }: Size,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; onScreen(screen: Screen): void },
): Promise<{ readonly exitCode: number; readonly screen: Screen }> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  const child = spawn('python3', ['-c', IN_A_TERMINAL, String(columns), String(rows), ...command], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  for await (const chunk of child.stdout) {
    await new Promise<void>((resolve) => terminal.write(chunk as Uint8Array, resolve));
    options.onScreen(screenOf(terminal.buffer.active, columns));
  }
  return { exitCode: await exited, screen: screenOf(terminal.buffer.active, columns) };
}

/** All lines, those that have scrolled away too, without empty ones at the end. */
function screenOf(buffer: Buffer, columns: number): Screen {
  const lines: Cell[][] = [];
  for (let y = 0; y < buffer.length; y++) {
    const line = buffer.getLine(y)!;
    const cells: Cell[] = [];
    for (let x = 0; x < columns; x++) {
      const cell = line.getCell(x)!;
      if (cell.getWidth() === 0) continue;
      const colour = cell.isFgPalette() ? cell.getFgColor() : -1;
      cells.push({
        text: cell.getChars() || ' ',
        colour,
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
      });
    }
    lines.push(cells);
  }
  while (lines.length > 0 && textOf(lines.at(-1)!) === '') lines.pop();
  return lines;
}

export function textOf(line: readonly Cell[]): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}
