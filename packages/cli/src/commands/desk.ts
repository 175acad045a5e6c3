import { Command } from 'commander';

export interface DeskAnswer {
  readonly allow?: true;
  /** True: without a word of why. */
  readonly refuse?: string | true;
  readonly answer?: string;
  readonly assume?: true;
}

export function deskCommand(): Command {
  const command = new Command('desk')
    .description('see what runs ask, and answer, instruct and stop them from here')
    .option('--json', 'print what is open as JSON')
    .addHelpText(
      'after',
      `
Runs on the same store lay down what they ask, and wait for it where they were
begun with --desk. What is said reaches the agent with its next step. See
docs/desk.md.

Examples:
  $ heddle desk
  $ heddle desk answer 2m1rp --allow
  $ heddle desk answer 2m1rp --refuse "use a branch"
  $ heddle desk say 1t6x9 "leave the public API as it is"
  $ heddle desk stop 1t6x9`,
    )
    .action(desk);
  command
    .command('answer')
    .description('answer what a run asks')
    .argument('<ask>', 'its id, or the beginning of one')
    .option('--allow', 'let the action run')
    .option('--refuse [why]', 'refuse the action; the agent is told what it should do instead')
    .option('--answer <text>', 'answer a question')
    .option('--assume', 'let it go by its own assumption')
    .addHelpText('after', '\nExamples:\n  $ heddle desk answer 2m1rp --answer tabs')
    .action(answer);
  command
    .command('say')
    .description('tell a rollout something with its next step')
    .argument('<rollout>', 'id, the beginning of one, or last')
    .argument('<words...>', 'the instruction')
    .addHelpText('after', '\nExamples:\n  $ heddle desk say last "keep it short"')
    .action(say);
  command
    .command('stop')
    .description('stop a rollout or an experiment; its work is kept and can be gone on with')
    .argument('<id>', 'of a rollout or an experiment, or the beginning of one')
    .addHelpText('after', '\nExamples:\n  $ heddle desk stop 1t6x9')
    .action(stop);
  return command;
}

async function desk(options: { readonly json?: true }): Promise<void> {
  (await import('../run/desk.ts')).showDesk(options);
}

async function answer(ask: string, options: DeskAnswer): Promise<void> {
  (await import('../run/desk.ts')).answerAtDesk(ask, options);
}

async function say(rollout: string, words: readonly string[]): Promise<void> {
  (await import('../run/desk.ts')).sayAtDesk(rollout, words.join(' '));
}

async function stop(id: string): Promise<void> {
  await (await import('../run/desk.ts')).stopAtDesk(id);
}
