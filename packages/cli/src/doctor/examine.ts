import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { detect, installedServers, ripgrepPath } from '@heddle/code';
import { messageOf, OperatorError } from '@heddle/core';
import { defaultModel } from '@heddle/models';
import { probeSandboxes, type SandboxProbe, type SandboxReport, searchPath } from '@heddle/workspace';
import { CONFIG_FILE, readConfig, userConfigPath } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';
import { repositoryHere } from '../repository-here.ts';
import { sweep } from '../sweep.ts';

export interface Finding {
  readonly about: string;
  /** `missing`: Heddle cannot work without it. `absent`: it can, with less. */
  readonly state: 'ok' | 'absent' | 'missing';
  readonly text: string;
}

/** A program that does not say its version within this time is not one to rely on. */
const VERSION_TIMEOUT_MS = 5_000;

/** Everything Heddle depends on, in the order in which a person would mend it. */
export async function examine(): Promise<Finding[]> {
  const root = await repositoryHere();
  const kept = journal();
  const findings = await Promise.all([
    { about: 'node', state: 'ok' as const, text: `${process.version} (${process.execPath})` },
    program('git', ['--version'], 'missing'),
    // Where there is no data folder, what the sandboxes can do is tried elsewhere.
    sandboxes(kept.state === 'ok' ? heddleHome() : tmpdir()),
    kept,
    leftovers(),
    repository(root),
    configuration(root),
    model(root),
    ripgrep(),
    languageServers(root ?? tmpdir()),
    program('python3', ['--version'], 'absent'),
  ]);
  return findings.flat();
}

async function program(
  name: string,
  args: readonly string[],
  without: 'absent' | 'missing',
): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)(name, args, { timeout: VERSION_TIMEOUT_MS });
    return { about: name, state: 'ok', text: stdout.trim() };
  } catch {
    const why =
      without === 'missing' ? 'not found: install it' : 'not found; needed only for Python repositories';
    return { about: name, state: without, text: why };
  }
}

async function sandboxes(home: string): Promise<Finding[]> {
  const { sandboxes, dependencies, forks, limits } = await probeSandboxes(home);
  const none = sandboxes.every(({ chosen }) => !chosen);
  return [
    ...sandboxes.map((probe) => ({ about: `sandbox ${probe.kind}`, ...sandboxFinding(probe, none) })),
    { about: 'limits', state: 'ok', text: `kept by ${limits.join(', ')}` },
    {
      about: 'dependencies',
      state: dependencies === 'read-only' ? 'absent' : 'ok',
      text: DEPENDENCIES[dependencies],
    },
    { about: 'forks', state: 'ok', text: FORKS[forks] },
  ];
}

const DEPENDENCIES: Readonly<Record<SandboxReport['dependencies'], string>> = {
  disk: 'folders such as node_modules are shared; changes to them go to disk',
  memory: 'folders such as node_modules are shared; changes to them are kept in memory',
  'read-only': 'folders such as node_modules are shared and cannot be changed here',
};

const FORKS: Readonly<Record<SandboxReport['forks'], string>> = {
  overlay: 'laid over one copy that they share (overlayfs)',
  copy: 'a copy of all files each: no overlay can be mounted over the disk of Heddle’s home here',
};

function sandboxFinding({ kind, refusal, chosen }: SandboxProbe, none: boolean): Omit<Finding, 'about'> {
  if (chosen) return { state: 'ok', text: 'chosen: the strongest that works here' };
  if (kind === 'host') {
    return none
      ? { state: 'missing', text: 'no sandbox works; without walls, if you trust the code: --sandbox host' }
      : { state: 'ok', text: 'no walls; only by name: --sandbox host' };
  }
  return refusal === null ? { state: 'ok', text: 'works' } : { state: 'absent', text: refusal };
}

function journal(): Finding {
  const home = heddleHome();
  try {
    const store = openJournal(home);
    const rollouts = store.rollouts().length;
    store.close();
    accessSync(home, constants.W_OK);
    return { about: 'journal', state: 'ok', text: `${home}, ${rollouts} rollouts` };
  } catch (error) {
    return { about: 'journal', state: 'missing', text: messageOf(error) };
  }
}

/** Said only when there is something to say. */
function leftovers(): Finding[] {
  const swept = sweep(heddleHome());
  if ('problem' in swept)
    return [{ about: 'leftovers', state: 'absent', text: `cannot be removed: ${swept.problem}` }];
  if (swept.removed === 0) return [];
  return [{ about: 'leftovers', state: 'ok', text: `copies of killed processes removed: ${swept.removed}` }];
}

async function repository(root: string | null): Promise<Finding> {
  if (root === null)
    return {
      about: 'repository',
      state: 'absent',
      text: 'none here; `heddle solve` needs one (git init) or --repo',
    };
  const { checks } = await detect(root);
  const found = checks.map(({ name, command }) => `${name}: ${command}`).join(', ');
  const missing = [...new Set(checks.flatMap(({ command }) => missingProgram(command) ?? []))];
  return {
    about: 'repository',
    state: missing.length === 0 ? 'ok' : 'absent',
    text: [
      root,
      found === '' ? 'no check found, use --check' : found,
      ...(missing.length === 0 ? [] : [`not on PATH: ${missing.join(', ')}`]),
    ].join('; '),
  };
}

/** The program that a command begins with, if a sandbox would not find it. */
function missingProgram(command: string): string | null {
  const [word] = command.split(/\s+/).filter((each) => !/^\w+=/.test(each));
  if (word === undefined || !/^[\w.+-]+$/.test(word)) return null;
  return searchPath().some((folder) => existsSync(join(folder, word))) ? null : word;
}

async function configuration(root: string | null): Promise<Finding> {
  let ignored: string | null;
  try {
    ({ ignored } = await readConfig(root));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { about: 'configuration', state: 'missing', text: error.message };
  }
  if (ignored !== null) return { about: 'configuration', state: 'absent', text: ignored };
  const files = [userConfigPath(), ...(root === null ? [] : [`${root}/${CONFIG_FILE}`])].filter((path) =>
    existsSync(path),
  );
  return { about: 'configuration', state: 'ok', text: files.join(', ') || 'none; `heddle init` writes one' };
}

async function model(root: string | null): Promise<Finding> {
  const { config } = await readConfig(root).catch(() => ({ config: {} }));
  const { spec, why } = defaultModel(process.env, config);
  return { about: 'model', state: 'ok', text: `${spec}: ${why}` };
}

function ripgrep(): Finding {
  const path = ripgrepPath();
  return path === null
    ? { about: 'ripgrep', state: 'absent', text: 'not found; searches fall back to grep' }
    : { about: 'ripgrep', state: 'ok', text: path };
}

/** As found outside the sandbox, which shows the same programs. */
async function languageServers(folder: string): Promise<Finding> {
  const servers = await installedServers(async (command) => {
    const started = performance.now();
    const run = promisify(execFile)('bash', ['-c', command], { cwd: folder, timeout: VERSION_TIMEOUT_MS });
    const output = await run.then(
      ({ stdout }) => stdout,
      () => '',
    );
    return { ended: 'exited', exitCode: 0, output, seconds: (performance.now() - started) / 1000 };
  });
  const there = servers.filter(({ installed }) => installed).map(({ id }) => id);
  const others = servers.filter(({ installed }) => !installed).map(({ id, install }) => `${id} (${install})`);
  return {
    about: 'language servers',
    state: there.length > 0 ? 'ok' : 'absent',
    text: [
      there.length > 0 ? there.join(', ') : 'none; `navigate` goes by syntax trees',
      ...(others.length > 0 ? [`not installed: ${others.join(', ')}`] : []),
    ].join('; '),
  };
}
