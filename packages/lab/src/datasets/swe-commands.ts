import { readFileSync } from 'node:fs';
import { issueText, messageOf, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { newPathsOf } from '../harness/apply-patch.ts';
import { keysOf, type TaskNames } from '../harness/environments.ts';

/** How the tests of a task are run and read. */
export interface TestCommand {
  readonly command: string;
  readonly parser: string;
  readonly evalType: 'pass_and_fail' | 'fail_only';
}

interface Spec {
  /** What the test files of the test patch are written behind. */
  readonly run: string;
  readonly parser: string;
  /** In images: run before the tests, because the patch may touch what is compiled. */
  readonly build?: string;
  /** Versions (by their beginning) with another command. */
  readonly except?: Readonly<Record<string, string>>;
}

const PYTEST = 'pytest -rA';
const COMPILED = 'python -m pip install --no-build-isolation --no-deps -e .';

/** By repository: the commands of the SWE-bench harness for records that do not bring theirs. */
const SPECS: Readonly<Record<string, Spec>> = {
  'django/django': {
    run: './tests/runtests.py --verbosity 2 --settings=test_sqlite --parallel 1',
    parser: 'django',
    except: { '1.9': './tests/runtests.py --verbosity 2' },
  },
  'sympy/sympy': {
    run: "PYTHONWARNINGS='ignore::UserWarning,ignore::SyntaxWarning' bin/test -C --verbose",
    parser: 'sympy',
  },
  'astropy/astropy': {
    run: PYTEST,
    parser: 'pytest_v2',
    build: COMPILED,
    except: Object.fromEntries(
      ['0.1', '0.2', '0.3', '0.4', '1.1', '1.2', '1.3'].map((version) => [
        version,
        'pytest -rA -vv -o console_output_style=classic --tb=no',
      ]),
    ),
  },
  'scikit-learn/scikit-learn': { run: PYTEST, parser: 'pytest_v2', build: COMPILED },
  'matplotlib/matplotlib': { run: PYTEST, parser: 'matplotlib', build: COMPILED },
  'mwaskom/seaborn': { run: 'pytest --no-header -rA', parser: 'seaborn' },
  'sphinx-doc/sphinx': { run: 'tox --current-env -epy39 -v --', parser: 'pytest_v2' },
  'psf/requests': { run: PYTEST, parser: 'pytest_options' },
  'pylint-dev/pylint': { run: PYTEST, parser: 'pytest_options' },
  'pydicom/pydicom': { run: PYTEST, parser: 'pytest_options' },
  ...Object.fromEntries(
    [
      'pallets/flask',
      'pytest-dev/pytest',
      'pydata/xarray',
      'pylint-dev/astroid',
      'marshmallow-code/marshmallow',
      'pvlib/pvlib-python',
      'pyvista/pyvista',
      'sqlfluff/sqlfluff',
    ].map((repo) => [repo, { run: PYTEST, parser: 'pytest' }]),
  ),
};

/** Where the harness's images keep the interpreter and its libraries. */
const IN_IMAGE = '. /opt/miniconda3/bin/activate && conda activate testbed';

/** Nothing is installed into a local environment: the project is found where it lies. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
const LOCALLY = 'export PYTHONPATH="$PWD:$PWD/src${PYTHONPATH:+:$PYTHONPATH}"';

/** Test patches also hold data: nothing to hand to a runner. */
const DATA = ['.json', '.png', 'csv', '.txt', '.md', '.jpg', '.jpeg', '.pkl', '.yml', '.yaml', '.toml'];

/** The command for a task of a repository that is known; null: none is. */
export function knownCommand(
  { repo, version }: TaskNames,
  { testPatch, inImage }: { readonly testPatch: string; readonly inImage: boolean },
): TestCommand | null {
  const spec = Object.hasOwn(SPECS, repo) ? SPECS[repo] : undefined;
  if (spec === undefined) return null;
  const files = newPathsOf(testPatch).filter((path) => !DATA.some((ending) => path.endsWith(ending)));
  const given = spec.parser === 'django' ? files.map(moduleOf) : files;
  // tox is the image's; the tests are pytest's.
  const local = spec.run.startsWith('tox') ? PYTEST : spec.run;
  const run = spec.except?.[version ?? ''] ?? (inImage ? spec.run : local);
  const before = inImage ? [IN_IMAGE, ...(spec.build === undefined ? [] : [spec.build])] : [LOCALLY];
  return {
    command: [...before, [run, ...given.map(word)].join(' ')].join('\n'),
    parser: spec.parser,
    evalType: 'pass_and_fail',
  };
}

/** Django's runner takes modules: `tests/a/test_b.py` is `a.test_b`. */
const moduleOf = (path: string) =>
  path
    .replace(/\.py$/, '')
    .replace(/^tests\//, '')
    .replaceAll('/', '.');

const word = (text: string) => (/^[\w./@:+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const commandsSchema = z.record(
  z.string(),
  z.object({
    command: z.string(),
    parser: z.string(),
    evalType: z._default(z.enum(['pass_and_fail', 'fail_only']), 'pass_and_fail'),
  }),
);

/**
 * Commands from the user's own file (`--set commands=FILE`), keyed as environments are: for records that bring none.
 * Throws OperatorError `commands-unreadable`.
 */
export function readCommands(file: string): (task: TaskNames) => TestCommand | null {
  const refuse = (what: string) =>
    new OperatorError('commands-unreadable', `${file}: ${what}`, {
      hint: 'a JSON map from instance, repo@version or repo to {command, parser}',
    });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(messageOf(error));
  }
  const parsed = commandsSchema.safeParse(value);
  if (!parsed.success) throw refuse(issueText(parsed.error.issues[0]!));
  const entries = new Map(Object.entries(parsed.data));
  return (task) =>
    keysOf(task)
      .map((key) => entries.get(key))
      .find((entry) => entry !== undefined) ?? null;
}
