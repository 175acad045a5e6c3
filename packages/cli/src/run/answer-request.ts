import { answer, findRequest, parseAnswer } from '@heddle/models';
import { heddleHome, openJournal } from '../home.ts';
import { contextOf, noteInSight } from '../relay-context.ts';
import { noteAnswered, onlyRequest } from '../relay-requests.ts';
import { standardInput } from '../standard-input.ts';

/** `heddle relay answer`: what is on standard input, to the request named or the only one. */
export async function answerRequest(id: string | undefined): Promise<void> {
  const home = heddleHome();
  const entry = id === undefined ? await onlyRequest(home) : await findRequest(home, id);
  const input = standardInput();
  if (input.isTTY) process.stderr.write(`answer to ${entry.id}; end with Ctrl-D:\n`);
  const parsed = await parseAnswer((await input.read()).toString('utf8'), entry.tools);
  if (parsed.ok) {
    // Before it is answered: then it is its rollout's no more.
    const about = await contextOf(home, openJournal(home), entry);
    await answer(home, entry.id, parsed.reply);
    noteAnswered(home, entry);
    noteInSight(home, entry, about);
    process.stdout.write(`answered ${entry.id}\n`);
    return;
  }
  process.stderr.write(`heddle: the answer to ${entry.id} was not taken\n`);
  for (const problem of parsed.problems) process.stderr.write(`  ${problem}\n`);
  process.exitCode = 2;
}
