import type { Framework } from '../checks.ts';
import { frameworkIn } from '../frameworks/frameworks.ts';
import type { CheckSource } from './check-source.ts';
import type { Project } from './project.ts';

/** Lock file -> package manager, the most telling first. */
const MANAGERS = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
] as const;
type Manager = (typeof MANAGERS)[number][1];

/** What `npm init` writes. */
const PLACEHOLDER = /no test specified/;
/** Scripts that call further scripts are followed this far. */
const MAX_CALLS = 5;

/** The `test` script of a package.json, run by the package manager its lock file belongs to. */
export const packageJsonTests: CheckSource = {
  name: 'test',
  async detect(project) {
    const scripts = await scriptsOf(project);
    const script = scripts?.test;
    if (!scripts || script === undefined || script.trim() === '' || PLACEHOLDER.test(script)) return null;
    const manager = await managerOf(project);
    const framework = await frameworkOfScript(script, scripts, project);
    const tests = { command: runOnce(manager, script, framework), framework };
    return (await lacksDependencies(project))
      ? { ...tests, note: `node_modules is missing: run \`${manager} install\` first` }
      : tests;
  },
};

/** The scripts of the project's package.json, or null without one. */
export async function scriptsOf(project: Project): Promise<Readonly<Record<string, string>> | null> {
  const scripts = (await project.readJson('package.json'))?.scripts;
  if (typeof scripts !== 'object' || scripts === null) return null;
  return Object.fromEntries(
    Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The framework a package script runs: by its own words, the scripts it calls, then the dependencies. */
export async function frameworkOfScript(
  script: string,
  scripts: Readonly<Record<string, string>>,
  project: Project,
): Promise<Framework> {
  const named = frameworkIn(expanded(script, scripts));
  if (named) return named;
  // A task runner or a program of its own hides the framework; its package may still be listed.
  const manifest = await project.readJson('package.json');
  const installed = { ...(manifest?.devDependencies as object), ...(manifest?.dependencies as object) };
  const listed = (['vitest', 'jest', 'mocha'] as const).filter((name) => Object.hasOwn(installed, name));
  return listed.length === 1 ? listed[0]! : 'plain';
}

/** A script with the scripts it calls put in their place. */
function expanded(script: string, scripts: Readonly<Record<string, string>>): string {
  let text = script;
  for (let i = 0; i < MAX_CALLS; i++) {
    const next = text.replace(SCRIPT_CALL, (call, name) =>
      Object.hasOwn(scripts, name) ? scripts[name]! : call,
    );
    if (next === text) break;
    text = next;
  }
  return text;
}

/** `npm run x`, `pnpm x`, `yarn x`…; the script's name is the first group. */
export const SCRIPT_CALL = /\b(?:npm|pnpm|yarn|bun)(?: run(?:-script)?)? ([\w:.-]+)/g;

async function managerOf(project: Project): Promise<Manager> {
  const field = (await project.readJson('package.json'))?.packageManager;
  const named = MANAGERS.find(([, manager]) => typeof field === 'string' && field.startsWith(`${manager}@`));
  if (named) return named[1];
  for (const [lock, manager] of MANAGERS) if (await project.has(lock)) return manager;
  return 'npm';
}

/**
 * Runners that watch files do so only at a terminal, which a check never has, unless their script asks for it.
 * `react-scripts` asks for `CI` instead.
 */
function runOnce(manager: Manager, script: string, framework: Framework): string {
  const command = manager === 'bun' ? 'bun run test' : `${manager} test`;
  if (/\breact-scripts test\b/.test(script)) return `CI=1 ${command}`;
  const watches = /--watch(?:All)?\b(?!=false)|\bvitest (?:watch|dev)\b/.test(script);
  const stop = framework === 'vitest' ? '--run' : framework === 'jest' ? '--watchAll=false' : null;
  if (!watches || stop === null) return command;
  return manager === 'npm' ? `${command} -- ${stop}` : `${command} ${stop}`;
}

async function lacksDependencies(project: Project): Promise<boolean> {
  const manifest = await project.readJson('package.json');
  const needed = { ...(manifest?.dependencies as object), ...(manifest?.devDependencies as object) };
  if (Object.keys(needed).length === 0) return false;
  return !(await project.hasFolder('node_modules')) && !(await project.has('.pnp.cjs'));
}
