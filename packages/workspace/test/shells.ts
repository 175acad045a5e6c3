import { expect, it } from 'vitest';
import type { OpenedWorkspace } from '../src/open.ts';
import type { SandboxKind } from '../src/workspace.ts';
import { open, repository } from './fixtures.ts';
import { stoppedShells } from './stopped-shells.ts';

/** What a persistent shell promises, on a pipe and on a terminal: a part of the conformance suite. */
export function shells(kind: SandboxKind, usable: () => Promise<OpenedWorkspace>, terminal: boolean): void {
  it('keeps directory, variables, functions and the last status', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src; X=1; export Y=2; f() { echo "f $1"; }; shopt -s extglob');
    expect(await shell.run('echo $X $Y; f 3; pwd')).toMatchObject({
      output: `1 2\nf 3\n${workspace.root}/src\n`,
      cwd: `${workspace.root}/src`,
      restarted: false,
    });
    expect((await shell.run('false')).exitCode).toBe(1);
    expect((await shell.run('echo $?')).output).toBe('1\n');
  });

  it.skipIf(terminal)('gives commands an empty input', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    expect(await shell.run('read line; echo "[$line]"; cat; echo end')).toMatchObject({
      output: '[]\nend\n',
    });
  });

  it.each([
    ['an unfinished quote', 'echo "never closed', 2],
    ['an unfinished heredoc', 'cat <<END\ntext', 0],
    ['a syntax error', 'if then; fi (', 2],
    ['an unknown program', 'no-such-program-here', 127],
    ['return', 'return 5', 2],
    ['an empty command', '', 0],
    ['a comment', '# nothing', 0],
  ])('survives %s', async (_, command, exitCode) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('KEPT=yes');
    const result = await shell.run(command);
    expect(result).toMatchObject({ ended: 'exited', restarted: false });
    expect(result.exitCode === 0).toBe(exitCode === 0);
    expect(await shell.run('echo $KEPT')).toMatchObject({ output: 'yes\n' });
  });

  it.each([
    ['exit', 'echo before; exit 3', 3],
    ['exec', 'exec sh -c "echo before; exit 3"', 3],
    ['set -e', 'set -e; echo before; (exit 3); echo never', 3],
    ['its own death', 'echo before; kill -KILL $$', 137],
  ])('is replaced after %s, in the same directory', async (_, command, exitCode) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src; GONE=yes');
    expect(await shell.run(command)).toMatchObject({
      ended: 'exited',
      exitCode,
      output: 'before\n',
      restarted: true,
    });
    expect(await shell.run('echo "[$GONE]"; pwd')).toMatchObject({
      output: `[]\n${workspace.root}/src\n`,
      restarted: false,
    });
  });

  it.each([
    'break',
    'continue',
    'exec 9>&-',
    'trap "" TERM INT; true',
    'set -u; true',
    'exec >/dev/null; true',
  ])('is usable after a stray `%s`', async (command) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run(command, { timeoutSeconds: 5 });
    expect((await shell.run('exec >&2; echo usable')).ended).toBe('exited');
  });

  it('counts lines of messages from the command, whatever ran before', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('true\ntrue');
    const first = await shell.run('true\nnowhere');
    expect(first.output).toBe('bash: line 2: nowhere: command not found\n');
    expect((await shell.run('true\nnowhere')).output).toBe(first.output);
  });

  it('takes long commands and every kind of character', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    const text = `ü 'single' "double" $dollar \`back\` \\ ${'long '.repeat(20_000)}`;
    await shell.run(`cat > out.txt <<'END'\n${text}\nEND`);
    expect((await workspace.files.read('out.txt')).toString()).toBe(`${text}\n`);
    expect((await shell.run(`printf %s 'ü'`)).output).toBe('ü');
  });

  it('lets a background job live on, and shows what it prints', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    const started = await shell.run('(sleep 0.2; echo from behind; sleep 60) & echo started');
    expect(started).toMatchObject({ ended: 'exited', output: 'started\n' });
    const later = await shell.run('sleep 0.5; jobs -r | wc -l');
    expect(
      later.output
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['', '1', 'from behind']);
  });

  it('ends a command at its time limit but not the shell nor an earlier job', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('X=kept; sleep 60 & JOB=$!');
    const result = await shell.run('echo begun; setsid sleep 61 & sleep 62', { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ ended: 'timeout', exitCode: null, restarted: false });
    expect(result.output.startsWith('begun\n')).toBe(true);
    // bash may report the killed job first.
    const later = await shell.run('echo $X; kill -0 $JOB && echo job lives');
    expect(later.output.endsWith('kept\njob lives\n')).toBe(true);
  });

  stoppedShells(usable, terminal);

  it('is replaced when a command cannot be stopped otherwise', async () => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src');
    const result = await shell.run('trap "" 60; while :; do :; done', { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ ended: 'timeout', restarted: true, cwd: `${workspace.root}/src` });
    expect(await shell.run('pwd')).toMatchObject({
      output: `${workspace.root}/src\n`,
      restarted: false,
    });
  });

  it('says so when the box was ended under it', async () => {
    const { workspace } = await open({
      repo: repository({ 'src/a.txt': 'one\n' }),
      sandbox: kind,
      limits: { memoryBytes: 300 * 2 ** 20 },
    });
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src');
    const eat = `node -e 'const all = []; for (;;) { all.push(Buffer.alloc(20e6, 1)); }'`;
    expect(await shell.run(eat)).toMatchObject({ ended: 'memory', exitCode: null });
    expect(await shell.run('pwd')).toMatchObject({
      ended: 'exited',
      output: `${workspace.root}/src\n`,
    });
  });

  it('is quiet: no pager, no colour, no token of the caller', async () => {
    process.env.HEDDLE_TEST_API_KEY = 'secret';
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    const result = await shell.run(
      'echo "$PAGER $TERM $NO_COLOR [$HEDDLE_TEST_API_KEY]"; git log --oneline | wc -l',
    );
    delete process.env.HEDDLE_TEST_API_KEY;
    expect(result.output.replace(/ +1$/m, '1')).toBe('cat dumb 1 []\n1\n');
  });

  it('runs one command after the other, and two shells side by side', async () => {
    const { workspace } = await usable();
    const [one, two] = await Promise.all([workspace.shell({ terminal }), workspace.shell({ terminal })]);
    const results = await Promise.all([
      one.run('A=1; sleep 0.1; echo a'),
      one.run('echo $A'),
      two.run('echo "[$A]"'),
    ]);
    expect(results.map(({ output }) => output)).toEqual(['a\n', '1\n', '[]\n']);
    await two.dispose();
  });

  it('has a node, and servers on the loopback', async () => {
    const { workspace } = await usable();
    await workspace.files.write(
      'server.mjs',
      `import { createServer } from 'node:http';
     const server = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1', async () => {
       console.log(await (await fetch('http://127.0.0.1:' + server.address().port)).text());
       server.close();
     });`,
    );
    expect(await workspace.exec('node server.mjs')).toMatchObject({ output: 'served\n', exitCode: 0 });
  });
}
