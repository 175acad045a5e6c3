import { expect, it } from 'vitest';
import type { OpenedWorkspace } from '../src/open.ts';

/** What becomes of a shell and of the rest of its command at the time limit: a part of the conformance suite. */
export function stoppedShells(usable: () => Promise<OpenedWorkspace>, terminal: boolean): void {
  it.each([
    ['a list', 'sleep 60; echo BAD > bad'],
    ['a loop', 'for i in 1 2; do sleep 60; echo BAD > bad; done; echo BAD > bad'],
    ['branches', 'if sleep 60; then :; else echo BAD > bad; fi || echo BAD > bad'],
    ['lines', 'sleep 60\necho BAD > bad'],
    ['a pipeline', 'sleep 60 | cat || true; echo BAD > bad'],
    ['a loop without programs', 'while :; do :; done; echo BAD > bad'],
    ['eval', 'eval "sleep 60; echo BAD > bad"; echo BAD > bad'],
    ['a wait', 'sleep 60 & wait; echo BAD > bad'],
    ['a sourced file', 'echo "sleep 60; echo BAD > bad" > ../list; . ../list; echo BAD > bad'],
  ])('goes no further in %s at the time limit, and is the same shell', async (_, command) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src; KEPT=yes; set -u');
    const result = await shell.run(command, { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ ended: 'timeout', restarted: false, cwd: `${workspace.root}/src` });
    expect((await shell.run('echo $KEPT')).output).toContain('yes\n');
    expect(await workspace.files.stat('src/bad')).toBeNull();
  });

  it.each([
    ['a substitution', 'X=$(sleep 60; echo BAD > bad); echo BAD > bad'],
    ['a subshell', '(sleep 60; echo BAD > bad); echo BAD > bad'],
    ['subshells', '(sleep 60; echo BAD > bad); (echo BAD > bad); (echo BAD > bad)'],
    ['a function', 'f() { sleep 60; echo BAD > bad; }; f; echo BAD > bad'],
  ])('goes no further in %s at the time limit, and is replaced', async (_, command) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    await shell.run('cd src');
    const result = await shell.run(command, { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ ended: 'timeout', restarted: true, cwd: `${workspace.root}/src` });
    expect(await shell.run('ls')).toMatchObject({ output: 'b.js\n', restarted: false });
  });

  it.each([
    ['none', 'sleep 60', 0],
    ['none in a pipeline', 'sleep 60 | cat | cat', 0],
    ['one', 'sleep 61 & sleep 60', 1],
    ['those it waits for', `sleep 61 & node -e 'setInterval(() => {}, 1000)' & wait`, 2],
    ['those that left it', '(setsid sleep 61 &); sh -c "sleep 60; true" & sleep 60', 2],
  ])('says how many background jobs ended with a command: %s', async (_, command, endedJobs) => {
    const { workspace } = await usable();
    const shell = await workspace.shell({ terminal });
    expect(await shell.run('sleep 59 & true')).toMatchObject({ endedJobs: 0 });
    expect(await shell.run(command, { timeoutSeconds: 0.5 })).toMatchObject({
      ended: 'timeout',
      endedJobs,
    });
  });
}
