import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { OpenedWorkspace } from '../src/open.ts';
import type { Shell, ShellResult } from '../src/workspace.ts';

/** Longer than any of these programs needs: the end comes by itself. */
const LONG = { yieldSeconds: 60 };

/** What only a terminal can: a part of the conformance suite. */
export function terminals(usable: () => Promise<OpenedWorkspace>): void {
  const terminal = async () => {
    const { workspace } = await usable();
    return { workspace, shell: await workspace.shell({ terminal: true }) };
  };

  it('is one, for programs and for the shell itself', async () => {
    const { shell } = await terminal();
    const result = await shell.run(
      'tty | head -c 9; test -t 0 && test -t 1 && test -t 2 && echo " all three"',
    );
    expect(result.output).toBe('/dev/pts/ all three\n');
    expect(shell.terminal).toBe(true);
  });

  it.each([
    ['a builtin', `read -p 'name? ' NAME; echo "[$NAME]"`, 'name? ', 'Ann', '[Ann]\n'],
    ['a program', `python3 -c "print(int(input('n? ')) * 2)"`, 'n? ', '21', '42\n'],
    [
      'one that hides what is typed',
      `python3 -c "import getpass; print(len(getpass.getpass()))"`,
      'Password: ',
      'abc',
      '\n3\n',
    ],
  ])('comes back when %s asks, and takes the answer', async (_, command, prompt, answer, end) => {
    const { shell } = await terminal();
    expect(await shell.run(command, LONG)).toMatchObject({
      ended: 'running',
      exitCode: null,
      output: prompt,
      waitsForInput: true,
    });
    expect(shell.running?.command).toBe(command);
    expect(await shell.poll({ ...LONG, input: `${answer}\n` })).toMatchObject({
      ended: 'exited',
      exitCode: 0,
      output: end,
    });
    expect(shell.running).toBeNull();
  });

  it('takes the end of the input', async () => {
    const { shell } = await terminal();
    await shell.run('wc -l', LONG);
    expect(await shell.poll({ ...LONG, input: 'a\nb\n\u0004' })).toMatchObject({
      output: '2\n',
      exitCode: 0,
    });
  });

  it('comes back with what there is, and later with the rest alone', async () => {
    const { shell } = await terminal();
    const first = await shell.run('echo one; sleep 1; echo two; sleep 1; echo three', { yieldSeconds: 0.5 });
    expect(first).toMatchObject({ ended: 'running', output: 'one\n', waitsForInput: false });
    const rest = await shell.poll(LONG);
    expect(rest).toMatchObject({ ended: 'exited', exitCode: 0, output: 'two\nthree\n' });
    await expect(shell.poll(LONG)).rejects.toMatchObject({ code: 'nothing-running' });
  });

  it('keeps the end of a command that nobody waited for', async () => {
    const { shell } = await terminal();
    await shell.run('sleep 0.3; echo end; (exit 4)', { yieldSeconds: 0 });
    while (!shell.unread) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await shell.poll({ yieldSeconds: 0 })).toMatchObject({
      ended: 'exited',
      exitCode: 4,
      output: 'end\n',
    });
    expect(shell.unread).toBe(false);
  });

  it.each([
    ['SIGINT', 'sent', (shell: Shell) => shell.poll({ ...LONG, send: 'SIGINT' })],
    ['Ctrl-C', 'typed', (shell: Shell) => shell.poll({ ...LONG, input: '\u0003' })],
  ])('ends a list by %s %s, and is the same shell', async (_, __, stop) => {
    const { shell } = await terminal();
    await shell.run('KEPT=yes; cd src');
    await shell.run('sleep 60; echo BAD', { yieldSeconds: 0.3 });
    expect(await stop(shell)).toMatchObject({ ended: 'exited', exitCode: 130, output: '', restarted: false });
    expect((await shell.run('echo $KEPT')).output).toBe('yes\n');
  });

  it('sends a signal to the program, which may take it as it likes', async () => {
    const { shell } = await terminal();
    const program = `process.on('SIGTERM', () => { console.log('bye'); process.exit(7); }); console.log('up'); setInterval(() => {}, 9);`;
    let shown = '';
    const begun = shell.run(`node -e "${program}"; echo "was $?"`, {
      yieldSeconds: 2,
      onOutput: (chunk) => {
        shown += chunk;
      },
    });
    expect((await begun).output).toBe('up\n');
    expect(shown).toBe('up\n');
    expect((await shell.poll({ ...LONG, send: 'SIGTERM' })).output).toBe('bye\nwas 7\n');
  });

  it('leaves earlier background jobs alone when what runs is stopped', async () => {
    const { shell } = await terminal();
    await shell.run('sleep 90 & JOB=$!');
    await shell.run('sleep 60', { yieldSeconds: 0.3 });
    await shell.poll({ ...LONG, send: 'SIGINT' });
    expect((await shell.run('kill -0 $JOB && echo lives')).output).toContain('lives\n');
  });

  it('is fresh for the next command, whatever one did to it', async () => {
    const { shell } = await terminal();
    await shell.run('stty raw -echo; kill -KILL $BASHPID; true');
    await shell.run('(stty raw; kill -KILL $BASHPID)');
    expect((await shell.run('exec >/dev/null 2>&1; echo lost')).output).toBe('');
    expect((await shell.run(`stty -a | grep -o '[ -]icanon' ; echo two`)).output).toBe(' icanon\ntwo\n');
  });

  it('keeps all of a long output in a file inside', async () => {
    const { shell } = await terminal();
    const result = await shell.run('seq 1 2000000');
    expect(result.outputBytes).toBe(14_888_896);
    expect(result.outputBytes).toBeGreaterThan(Buffer.byteLength(result.output));
    expect((await shell.run(`wc -c < ${result.kept}; sed -n 1000000p ${result.kept}`)).output).toBe(
      '14888896\n1000000\n',
    );
    expect((await shell.run('echo short')).kept).toBeNull();
  });

  it('does not follow a link that lies where the output is kept', async () => {
    const { workspace, shell } = await terminal();
    const { workspace: other } = await usable();
    const outside = `${other.root}/a.txt`;
    await shell.run(`rm -rf $TMPDIR/output; ln -s ${outside} $TMPDIR/output`);
    const result: ShellResult = await shell.run('seq 1 20000');
    expect(result).toMatchObject({ kept: null, exitCode: 0, outputBytes: 108_894 });
    if (workspace.sandbox === 'host') expect(readFileSync(outside, 'utf8')).toBe('one\n');
  });

  it('refuses input nobody takes, and lines no terminal takes', async () => {
    const { shell } = await terminal();
    await expect(shell.poll({ ...LONG, input: 'x\n' })).rejects.toMatchObject({ code: 'nothing-running' });
    await shell.run('cat', LONG);
    await expect(shell.poll({ ...LONG, input: 'x'.repeat(5_000) })).rejects.toMatchObject({
      code: 'input-too-long',
    });
    expect((await shell.poll({ ...LONG, send: 'SIGKILL' })).exitCode).toBe(137);
  });

  it('ends a command at a limit of its own though it came back before', async () => {
    const { shell } = await terminal();
    await shell.run('echo begun; sleep 60', { yieldSeconds: 0.1, timeoutSeconds: 1 });
    expect(await shell.poll(LONG)).toMatchObject({ ended: 'timeout', exitCode: null });
  });
}
