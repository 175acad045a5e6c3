import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

export interface NextChoice {
  readonly wait?: true;
  readonly full?: true;
  readonly id?: string;
  readonly page?: number;
  readonly json?: true;
}

export function relayCommand(): Command {
  return new Command('relay')
    .description('answer the requests of rollouts whose model is `relay`')
    .helpCommand(false)
    .addCommand(nextCommand())
    .addCommand(answerCommand())
    .addCommand(listCommand())
    .addCommand(cleanCommand())
    .addHelpText(
      'after',
      `
\`heddle solve --model relay\` asks no model: its requests wait until you, or a
program of yours, answer them from another terminal.

Examples:
  $ heddle solve "fix the flaky test" --model relay
  $ heddle relay next --wait
  $ heddle relay answer < answer.txt`,
    );
}

function nextCommand(): Command {
  return new Command('next')
    .description('print the oldest waiting request: all of it the first time, then what is new')
    .option('--wait', 'wait for one if there is none, until those that ask end')
    .option('--full', 'the whole conversation, the tools, and how to answer')
    .option('--id <id>', 'this request')
    .option('--page <n>', 'one page of it', wholeNumber(1))
    .option('--json', 'print it as one JSON object')
    .addHelpText(
      'after',
      `
Exit code 1: nothing is waiting, and with --wait nobody is left to ask.

Examples:
  $ heddle relay next --wait
  $ heddle relay next --id 1t6x --full`,
    )
    .action(next);
}

function answerCommand(): Command {
  return new Command('answer')
    .description('answer a request with what is on standard input')
    .argument('[id]', 'which request (default: the only one waiting)')
    .addHelpText(
      'after',
      `
Free text first, if any; then one block for each call:

  @@edit
  command: create
  path: hello.txt
  text <<END
  Any lines, taken as they are.
  END

or one JSON object:

  {"text": "…", "calls": [{"tool": "bash", "input": {"command": "ls"}}]}

The whole form is shown with the first request (\`heddle relay next --full\`).

Examples:
  $ heddle relay answer < answer.txt
  $ printf '@@bash\\ncommand: npm test\\n' | heddle relay answer 1t6x`,
    )
    .action(answer);
}

function listCommand(): Command {
  return new Command('list')
    .description('list the waiting requests')
    .option('--json', 'print them as an array')
    .addHelpText('after', '\nExample:\n  $ heddle relay list')
    .action(list);
}

function cleanCommand(): Command {
  return new Command('clean')
    .description('remove requests whose process is dead')
    .addHelpText('after', '\nExample:\n  $ heddle relay clean')
    .action(clean);
}

async function next(options: NextChoice): Promise<void> {
  await (await import('../run/print-request.ts')).printRequest(options);
}

async function answer(id: string | undefined): Promise<void> {
  await (await import('../run/answer-request.ts')).answerRequest(id);
}

async function list(options: { json?: true }): Promise<void> {
  await (await import('../run/list-requests.ts')).listRequests(options);
}

async function clean(): Promise<void> {
  await (await import('../run/remove-dead-requests.ts')).removeDeadRequests();
}
