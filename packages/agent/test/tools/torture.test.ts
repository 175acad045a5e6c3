import { afterEach, describe, expect, it, vi } from 'vitest';
import { git } from '../support.ts';
import { bash, play, SLOW } from './played.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** After whatever was done: the shell answers, the files are there, and nothing else is in the patch. */
const STILL = bash('cat sum.js | head -1; git status --porcelain | wc -l');
const INTACT = 'export function sum(numbers) {\n0\n[exit code 0]';

describe('what tools are put through', SLOW, () => {
  it('50 MB of output', async () => {
    const { seen, result } = await play([
      bash(`head -c 50000000 /dev/zero | tr '\\0' 'a' | fold -w 99`),
      STILL,
    ]);
    expect(seen[0]!.content.length).toBeLessThan(17_000);
    expect(seen[0]!.content).toMatch(/\[… \d+ characters .*left out …\]/);
    expect(seen[0]!.content).toMatch(
      /\[50505050 bytes in all: `grep` or `sed -n 100,200p` \S+\/output\/\S+\]\n\[exit code 0\]$/,
    );
    expect(seen[1]!.content).toBe(INTACT);
    expect(result.patch).toBe('');
  });

  it('one line of 5 MB', async () => {
    const { seen } = await play([bash(`head -c 5000000 /dev/zero | tr '\\0' 'a'`), STILL]);
    expect(seen[0]!.content.length).toBeLessThan(17_000);
    expect(seen[1]!.content).toBe(INTACT);
  });

  it('binary output', async () => {
    const { seen, events } = await play([bash('head -c 20000 /dev/urandom'), STILL]);
    expect(seen[0]!.outcome).toBe('ok');
    expect(seen[0]!.content).toContain('[exit code 0]');
    expect(seen[0]!.content).toContain('[binary output, not shown');
    expect(seen[1]!.content).toBe(INTACT);
    expect(events.at(-1)!.event.type).toBe('rollout.completed');
  });

  it('10,000 new files', async () => {
    const { seen, result } = await play([
      bash('mkdir many; for i in $(seq 1 10000); do echo $i > many/f$i.txt; done; ls many | wc -l'),
      { tool: 'edit', input: { command: 'view', path: 'many' } },
      { tool: 'edit', input: { command: 'view', path: '.' } },
      bash('rm -r many'),
      STILL,
    ]);
    expect(seen[0]!.content).toMatch(/^10000\n\[exit code 0/);
    for (const at of [1, 2]) {
      expect(seen[at]!.outcome).toBe('ok');
      expect(seen[at]!.content.length).toBeLessThan(20_000);
    }
    expect(seen[4]!.content).toBe(INTACT);
    expect(result.patch).toBe('');
  });

  it('a prompt for a password', async () => {
    const { seen } = await play([
      bash(`python3 -c "import getpass; getpass.getpass()"`),
      bash({ signal: 'INT' }),
      STILL,
    ]);
    expect(seen[0]!.content).toMatch(/^Password:\n\[it waits for input: answer with /);
    expect(seen[1]!.content).toContain('[exit code ');
    expect(seen[2]!.content).toBe(INTACT);
  });

  it('a daemon that leaves its terminal and its session', async () => {
    const daemon = `setsid sh -c 'exec >/dev/null 2>&1 </dev/null; sleep 4321' & echo started`;
    const { seen } = await play([bash(daemon), bash('pgrep -f "sleep 4321" | wc -l'), STILL]);
    expect(seen[0]!.content).toBe('started\n[exit code 0]');
    expect(Number(seen[1]!.content.split('\n')[0])).toBeGreaterThan(0);
    expect(seen[2]!.content).toBe(INTACT);
    // With the workspace it ends.
    const { seen: later } = await play([
      bash('pgrep -f "sh -c exec >/dev/null 2>&1 </dev/null; sleep 4321" | wc -l'),
    ]);
    expect(later[0]!.content).toBe('0\n[exit code 0]');
  });

  it.each([
    ['the shell killed', 'kill -9 $$'],
    ['its terminal killed', 'kill -9 $PPID; sleep 5'],
  ])('%s', async (_, command) => {
    const { seen } = await play([
      bash('cd /tmp; X=1'),
      bash(command),
      bash(`echo "[$X]"; cd -- "$OLDPWD" 2>/dev/null; pwd`),
      STILL,
    ]);
    expect(seen[1]!.content).toContain(
      '[the shell had to be replaced: variables and background jobs are gone',
    );
    expect(seen[2]!.content).toMatch(/^\[\]\n/);
  });

  it('a shell that is wedged is replaced, and another goes on', async () => {
    const { seen } = await play([
      bash({ command: 'trap "" INT TERM 60; while :; do :; done', wait_seconds: 0.5 }),
      bash('echo meanwhile'),
      bash({ session: 1, signal: 'KILL' }),
      bash({ session: 1, command: 'echo again' }),
      STILL,
    ]);
    expect(seen[0]!.content).toContain('[still running after ');
    expect(seen[1]!.content).toContain('meanwhile\n[exit code 0, session 2]');
    expect(seen[2]!.content).toContain('[the shell had to be replaced');
    expect(seen[3]!.content).toContain('again\n[exit code 0]');
    expect(seen[4]!.content).toBe(INTACT);
  });

  it.each([
    ['an hour back', -3_600_000],
    ['a day on', 86_400_000],
  ])('a clock that jumps %s', async (_, jump) => {
    const real = Date.now.bind(Date);
    let shift = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => real() + shift);
    const { seen, result } = await play(
      [
        bash('echo one > new.txt'),
        bash({ command: 'sleep 0.5; echo two', wait_seconds: 20 }),
        { tool: 'edit', input: { command: 'create', path: 'made.txt', text: 'made\n' } },
        bash('cat new.txt made.txt'),
      ],
      {
        between: (step) => {
          if (step === 1) shift = jump;
        },
      },
    );
    expect(seen.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(seen[3]!.content).toBe('one\nmade\n[exit code 0]');
    expect(result.patch).toContain('made.txt');
  });

  it('programs that fill the disk of the sandbox', async () => {
    const { seen } = await play([
      bash('ulimit -f 100; head -c 10000000 /dev/zero > big.bin; echo "ended $?"; rm -f big.bin'),
      STILL,
    ]);
    expect(seen[0]!.content).toMatch(/ended (?:1|153)\n/);
    expect(seen[1]!.content).toContain('export function sum');
  });

  it('the user’s own repository is as it was', async () => {
    const { repo } = await play([bash('rm -rf .git *; ls -A | wc -l'), bash('git status 2>&1 | head -1')]);
    expect(git(repo, 'status', '--porcelain')).toBe('');
  });
});
