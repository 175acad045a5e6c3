import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openStore } from '../src/open-store.ts';

const SOURCE = new URL('../src/', import.meta.url).href;

/** Takes what is said to `r` until it is told to stop, and prints each instruction. */
const TAKER = `
  const { openStore } = await import('${SOURCE}open-store.ts');
  const { desk } = openStore(process.argv[1]);
  process.stdout.write('ready\\n');
  for (;;) {
    for (const { text } of desk.take('r', 'instruction')) process.stdout.write(text + '\\n');
    if (desk.take(process.argv[2], 'stop').length > 0) break;
  }
`;

/** What two processes took of what was said while both were taking. */
export async function takenByTwo(place: string, texts: readonly string[]): Promise<string[]> {
  const takers = ['p', 'q'].map((name) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', TAKER, place, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    return { name, ready: once(child.stdout, 'data'), closed: once(child, 'close'), text: () => text };
  });
  await Promise.all(takers.map(({ ready }) => ready));
  const store = openStore(place);
  for (const text of texts) store.desk.say('r', { kind: 'instruction', text, at: 1 });
  for (const { name } of takers) store.desk.say(name, { kind: 'stop', text: '', at: 1 });
  await Promise.all(takers.map(({ closed }) => closed));
  const rest = store.desk.take('r', 'instruction').map(({ text }) => text);
  store.close();
  return [...takers.flatMap((each) => each.text().trim().split('\n').slice(1)), ...rest];
}
