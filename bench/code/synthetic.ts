import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, randomOf } from '../repair/random.ts';

/** Syllables of invented names: names repeat about as often as in real projects. */
const SYLLABLES = [
  'ac',
  'ber',
  'cor',
  'dal',
  'en',
  'fir',
  'gol',
  'hin',
  'im',
  'jor',
  'kel',
  'lum',
  'mar',
  'nor',
];
const ENDINGS = ['ts', 'ts', 'ts', 'py', 'go'];
/** Files a file imports from, mostly near ones. */
const IMPORTS = 4;
const FUNCTIONS = 6;
/** Of 100 lines and 4 KB on average, like the projects that were looked at. */
const STATEMENTS = 10;

/** Writes a git repository of that many source files in three languages, the same for the same seed. */
export function syntheticRepository(root: string, files: number, seed: number): void {
  const random = randomOf(`synthetic ${seed}`);
  const names: string[][] = [];
  for (let number = 0; number < files; number++) {
    const ending = random.pick(ENDINGS);
    const own = Array.from(
      { length: FUNCTIONS },
      (_, at) => `${nameOf(random)}${(number * FUNCTIONS + at) % 997}`,
    );
    const used = Array.from({ length: IMPORTS }, () => {
      const near = Math.max(0, number - 1 - Math.floor(random.next() ** 3 * number));
      return names[near]?.[Math.floor(random.next() * FUNCTIONS)] ?? 'start';
    });
    names.push(own);
    const path = join(root, `area${number % 25}/part${number % 200}/file${number}.${ending}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, own.map((name) => functionText(ending, name, used, random)).join('\n'));
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'start');
}

function nameOf(random: Random): string {
  const part = () => random.pick(SYLLABLES);
  const last = part();
  return `${part()}${part()}${last[0]!.toUpperCase()}${last.slice(1)}`;
}

function functionText(ending: string, name: string, used: readonly string[], random: Random): string {
  const lines = Array.from({ length: STATEMENTS }, (_, at) => {
    const callee = random.pick(used);
    const local = `local${at}`;
    const from = at === 0 ? 'input' : `local${at - 1}`;
    if (ending === 'py')
      return `    ${local} = ${callee}(${from}, ${at}) + len(str(${from}))  # step ${at} of it`;
    if (ending === 'go')
      return `\t${local} := ${callee}(${from}, ${at}) + len(fmt.Sprint(${from})) // step ${at}`;
    return `  const ${local} = ${callee}(${from}, ${at}) + String(${from}).length; // step ${at} of it`;
  });
  const last = `local${STATEMENTS - 1}`;
  if (ending === 'py')
    return [`def ${name}(input, scale=1):`, ...lines, `    return ${last} * scale`, ''].join('\n');
  if (ending === 'go')
    return [`func ${name}(input int, scale int) int {`, ...lines, `\treturn ${last} * scale`, '}', ''].join(
      '\n',
    );
  return [
    `export function ${name}(input: number, scale = 1): number {`,
    ...lines,
    `  return ${last} * scale;`,
    '}',
    '',
  ].join('\n');
}
