import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

interface NextOptions {
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

async function next({ wait, full, id, page, json }: NextOptions): Promise<void> {
  const [{ requestToAnswer }, { heddleHome, openJournal }, { renderRequest }, context] = await Promise.all([
    import('../relay-requests.ts'),
    import('../home.ts'),
    import('@heddle/models'),
    import('../relay-context.ts'),
  ]);
  const home = heddleHome();
  const store = openJournal(home);
  const waited = await requestToAnswer(home, store, { id, wait: wait === true });
  if (waited.entry === null) {
    const hint = wait ? '`heddle list` shows how it ended' : '--wait waits for a request';
    process.stderr.write(`heddle: ${waited.why}\n  hint: ${hint}\n`);
    process.exitCode = 1;
    return;
  }
  const { entry } = waited;
  const about = context.contextOf(store, entry);
  if (json) {
    const { rollout, step, task } = about;
    process.stdout.write(`${JSON.stringify({ ...entry, rollout, step, task }, null, 2)}\n`);
  } else {
    const whole = context.isNewConversation(home, entry) || full === true;
    const options = {
      full: whole,
      about: context.contextLine(about),
      ...(page === undefined ? {} : { page }),
    };
    process.stdout.write(renderRequest(entry, options));
  }
}

async function answer(id: string | undefined): Promise<void> {
  const [{ noteAnswered, onlyRequest }, { heddleHome }, models, { standardInput }] = await Promise.all([
    import('../relay-requests.ts'),
    import('../home.ts'),
    import('@heddle/models'),
    import('../standard-input.ts'),
  ]);
  const home = heddleHome();
  const entry = id === undefined ? await onlyRequest(home) : await models.findRequest(home, id);
  const input = standardInput();
  if (input.isTTY) process.stderr.write(`answer to ${entry.id}; end with Ctrl-D:\n`);
  const parsed = await models.parseAnswer((await input.read()).toString('utf8'), entry.tools);
  if (parsed.ok) {
    await models.answer(home, entry.id, parsed.reply);
    noteAnswered(home, entry);
    process.stdout.write(`answered ${entry.id}\n`);
    return;
  }
  process.stderr.write(`heddle: the answer to ${entry.id} was not taken\n`);
  for (const problem of parsed.problems) process.stderr.write(`  ${problem}\n`);
  process.exitCode = 2;
}

async function list(options: { json?: true }): Promise<void> {
  const [{ waiting }, { heddleHome, openJournal }, { requestTable }, { terminalOf }, context] =
    await Promise.all([
      import('@heddle/models'),
      import('../home.ts'),
      import('../render/request-table.ts'),
      import('../terminal.ts'),
      import('../relay-context.ts'),
    ]);
  const home = heddleHome();
  const store = openJournal(home);
  const rows = (await waiting(home)).map((entry) => {
    const { id, label, askedAt, stale } = entry;
    return { id, label, askedAt, stale, ...context.contextOf(store, entry) };
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : requestTable(rows, { ...terminalOf(process.stdout), now: Date.now() }),
  );
}

async function clean(): Promise<void> {
  const [{ cleanRequests }, { heddleHome }] = await Promise.all([
    import('@heddle/models'),
    import('../home.ts'),
  ]);
  const removed = await cleanRequests(heddleHome());
  process.stdout.write(`removed ${removed} ${removed === 1 ? 'request' : 'requests'}\n`);
}
