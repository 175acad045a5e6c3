import { quoted } from '../quoted.ts';
import type { CheckSource, DetectedTests } from './check-source.ts';
import type { Project } from './project.ts';

/** Files that settle that pytest is used, and what they then hold. */
const CONFIGURED: readonly (readonly [string, RegExp])[] = [
  ['pytest.ini', /^/],
  ['.pytest.ini', /^/],
  ['pyproject.toml', /^\[tool\.pytest\b/m],
  ['tox.ini', /^\[pytest\]/m],
  ['setup.cfg', /^\[tool:pytest\]/m],
];
/** Files that list dependencies. */
const REQUIREMENTS =
  /^(?:(?:dev|test)[-_])?requirements?(?:[-_](?:dev|tests?))?\.txt$|^pyproject\.toml$|^Pipfile$/;

const TEST_FILE = /(?:^|\/)(?:test[^/]*|[^/]*_test)\.py$/;
/** One file decides in most projects. */
const MAX_READ = 40;

/** Python's tests: by pytest where the project shows that it uses it, else by unittest. */
export const pythonTests: CheckSource = {
  name: 'python',
  async detect(project) {
    const paths = (await project.files()).filter((path) => TEST_FILE.test(path));
    if (paths.length === 0) return null;
    const texts = await Promise.all(
      paths.slice(0, MAX_READ).map(async (path) => ({ path, text: (await project.read(path)) ?? '' })),
    );
    const python = await interpreter(project);
    if (await usesPytest(project, texts)) return { command: `${python} -m pytest`, framework: 'pytest' };
    const classes = texts.filter(({ text }) => /\bunittest\b/.test(text)).map(({ path }) => path);
    return classes.length > 0 ? unittest(project, python, classes) : null;
  },
};

async function interpreter(project: Project): Promise<string> {
  for (const folder of ['.venv', 'venv']) {
    if (await project.has(`${folder}/bin/python`)) return `${folder}/bin/python`;
  }
  return 'python3';
}

async function usesPytest(
  project: Project,
  tests: readonly { path: string; text: string }[],
): Promise<boolean> {
  for (const [path, pattern] of CONFIGURED) {
    const text = await project.read(path);
    if (text !== null && pattern.test(text)) return true;
  }
  const files = await project.files();
  if (files.some((path) => /(?:^|\/)conftest\.py$/.test(path))) return true;
  if (tests.some(({ text }) => /^\s*(?:import pytest\b|from pytest\b)/m.test(text))) return true;
  // Test functions outside any class are nothing to unittest.
  if (tests.some(({ text }) => /^(?:async )?def test_/m.test(text))) return true;
  if (tests.some(({ text }) => /\bunittest\b/.test(text))) return false;
  for (const path of files.filter((file) => REQUIREMENTS.test(file))) {
    if (/\bpytest\b/.test((await project.read(path)) ?? '')) return true;
  }
  return false;
}

/** Discovery goes into packages only, so a folder of tests that is none must be named. */
async function unittest(project: Project, python: string, paths: readonly string[]): Promise<DetectedTests> {
  const path = paths[0]!;
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const pattern = paths.some((file) => /(?:^|\/)test[^/]*\.py$/.test(file)) ? '' : ` -p '*_test.py'`;
  const sources = (await hasPackage(project, 'src')) ? 'PYTHONPATH=src ' : '';
  const start = folder === '' || (await isPackage(project, folder)) ? '' : ` -s ${quoted(folder)}`;
  const discover = start || pattern ? ` discover${start}${pattern}` : '';
  return { command: `${sources}${python} -m unittest${discover}`, framework: 'unittest' };
}

/** Whether every folder on the way is a package. */
async function isPackage(project: Project, folder: string): Promise<boolean> {
  const parts = folder.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    if (!(await project.has(`${parts.slice(0, depth).join('/')}/__init__.py`))) return false;
  }
  return true;
}

async function hasPackage(project: Project, folder: string): Promise<boolean> {
  return (await project.files()).some((path) => new RegExp(`^${folder}/[^/]+/__init__\\.py$`).test(path));
}
