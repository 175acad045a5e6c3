import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Local environments for old Python projects, made of Debian packages that are unpacked into a folder and not installed:
 * an interpreter of its time with the few pure libraries the tests import. Run again, it keeps what is there.
 *
 *   node bench/swe/environments.ts DIR [--mirror URL]
 *
 * writes `DIR/environments.json`, which `heddle grade --environments` and `npm run bench:swe` read.
 */

type Suite = 'bullseye' | 'bookworm';

interface Recipe {
  readonly python: string;
  /** Which packages come from which release. No docutils: it looks for its data where it would be installed. */
  readonly packages: Readonly<Partial<Record<Suite, readonly string[]>>>;
}

const interpreter = (version: string, libraries: readonly string[]) => [
  `python${version}`,
  `python${version}-minimal`,
  `libpython${version}-stdlib`,
  `libpython${version}-minimal`,
  ...libraries,
];

const PYTHON_39 = interpreter('3.9', ['libssl1.1', 'libffi7', 'libmpdec3']);
const PYTHON_311 = interpreter('3.11', ['libssl3', 'libffi8']);
const LIBRARIES = ['python3-asgiref', 'python3-sqlparse', 'python3-tz', 'python3-mpmath'];

const RECIPES: Readonly<Record<string, Recipe>> = {
  'python3.9': { python: 'python3.9', packages: { bullseye: [...PYTHON_39, ...LIBRARIES] } },
  'python3.9-later': { python: 'python3.9', packages: { bullseye: PYTHON_39, bookworm: LIBRARIES } },
  'python3.9-jinja2': {
    python: 'python3.9',
    packages: { bullseye: [...PYTHON_39, 'python3-jinja2', 'python3-markupsafe'], bookworm: LIBRARIES },
  },
  'python3.11': { python: 'python3.11', packages: { bookworm: [...PYTHON_311, ...LIBRARIES] } },
};

/** Which environment a task runs in: by repository, and for those that need another one by instance. */
const USES: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'uses.json'), 'utf8'),
);

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { mirror: { type: 'string' } },
  });
  const [given] = positionals;
  if (given === undefined) throw new Error('name the folder: node bench/swe/environments.ts DIR');
  const top = resolve(given);
  const mirror = values.mirror ?? mirrorOfMachine();
  const made = Object.entries(RECIPES).map(
    ([name, recipe]) => [name, make(top, name, recipe, mirror)] as const,
  );
  const file = join(top, 'environments.json');
  writeFileSync(file, `${JSON.stringify({ ...Object.fromEntries(made), ...USES }, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}

/** The one this machine's own packages come from. */
function mirrorOfMachine(): string {
  const printed = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  const [first] = printed.split('\n').filter((line) => /\/debian\/?$/.test(line));
  if (first === undefined) throw new Error('this machine has no Debian mirror: name one with --mirror URL');
  return first;
}

function make(top: string, name: string, recipe: Recipe, mirror: string): object {
  const folder = join(top, name);
  const done = join(folder, 'recipe.json');
  const wanted = `${JSON.stringify(recipe, null, 2)}\n`;
  if (!existsSync(done) || readFileSync(done, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(join(part, 'bin'), { recursive: true });
    for (const [suite, packages] of Object.entries(recipe.packages)) {
      for (const file of download(top, suite, packages, mirror)) execFileSync('dpkg', ['-x', file, part]);
    }
    for (const called of ['python', 'python3']) {
      symlinkSync(`../usr/bin/${recipe.python}`, join(part, 'bin', called));
    }
    // Programs see it read-only: without compiled modules each start would compile the library anew.
    execFileSync(join(part, 'bin/python'), ['-m', 'compileall', '-q', '-j', '2', join(part, 'usr/lib')], {
      env: { ...process.env, ...variables(part) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(join(part, 'recipe.json'), wanted);
    renameSync(part, folder);
  }
  return { name, shown: [folder], path: [join(folder, 'bin')], variables: variables(folder) };
}

function variables(folder: string): Record<string, string> {
  const libraries = readdirSync(join(folder, 'usr/lib')).filter((entry) => entry.endsWith('-linux-gnu'));
  return {
    PYTHONHOME: join(folder, 'usr'),
    PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages'),
    LD_LIBRARY_PATH: libraries.map((entry) => join(folder, 'usr/lib', entry)).join(':'),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    // The files do not change while the tests run, and many tests start interpreters.
    PYTHONDONTWRITEBYTECODE: '',
  };
}

/** Signed packages of a suite that need not be this machine's, by an apt that keeps its own lists. */
function download(top: string, suite: string, packages: readonly string[], mirror: string): string[] {
  const apt = join(top, '.apt', suite);
  for (const part of ['lists/partial', 'cache/archives/partial', 'packages']) {
    mkdirSync(join(apt, part), { recursive: true });
  }
  const sources = join(apt, 'sources.list');
  writeFileSync(
    sources,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main\n`,
  );
  writeFileSync(join(apt, 'status'), '');
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::State::status=${join(apt, 'status')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const run = (args: readonly string[]) =>
    execFileSync('apt-get', [...options, '-qq', ...args], {
      cwd: join(apt, 'packages'),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  run(['update']);
  const folder = join(apt, 'packages');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  run(['download', ...packages]);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(folder, file));
}

main();
