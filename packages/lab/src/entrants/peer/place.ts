import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, OperatorError } from '@heddle/core';
import {
  chooseSandbox,
  type NetworkRequest,
  openWorkspace,
  prepareImage,
  reopenWithPlaces,
  type SandboxKind,
  type Secret,
  type Workspace,
} from '@heddle/workspace';
import type { AttemptContext, AttemptJob } from '../../entrant.ts';
import { preamble, quote } from '../../harness/placed.ts';
import { type AcpEntry, type CommandEntry, filled } from './peer-entry.ts';
import type { Program } from './program.ts';

type Entry = AcpEntry | CommandEntry;

/** Setting up builds and links; a build of a large project fits. */
const SETUP_SECONDS = 1_800;

/** A foreign program's place: its own copy of the files in a box, with what it needs to run. */
export interface PeerPlace {
  readonly workspace: Workspace;
  /** The files as they were given to it. */
  readonly base: string;
  readonly notes: readonly string[];
  /** Variables beside those of the box. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of its own, as it sees it, and as we do. */
  readonly home: { readonly inside: string; readonly outside: string };
  /** A word of its command line as it has to be inside: paths of what is shown to it are where they are shown. */
  word(text: string): string;
  /** Shell text to run before its command: the instance's search path and variables. */
  readonly preamble: string;
}

interface PlaceParts {
  readonly job: AttemptJob;
  readonly context: AttemptContext;
  readonly entry: Entry;
  readonly program: Program | null;
  readonly values: Readonly<Record<string, string>>;
  readonly onRequest: (request: NetworkRequest) => void;
  /** Where an earlier process left the files. */
  readonly from?: { readonly base: string; readonly snapshot: string };
}

/** Which sandbox an attempt gets: its instance's image, or what was asked for. */
export async function sandboxFor({ instance, sandbox }: AttemptJob): Promise<SandboxKind> {
  const image = instance.environment?.image;
  return image === undefined ? chooseSandbox(sandbox) : prepareImage(image);
}

/**
 * Opens it. The home folder outlives the box, so that a session can be loaded after a crash. Throws OperatorError: no
 * sandbox, an unset variable, a file that is not there.
 */
export async function openPlace(parts: PlaceParts, sandbox: SandboxKind): Promise<PeerPlace> {
  const { job, context, entry, program, values, onRequest, from } = parts;
  const home = homeOf(context.home, job.rollout);
  const isNew = !existsSync(home);
  makeFolder(home);
  if (isNew) fillHome(home, entry, values);
  const { environment } = job.instance;
  const shown = [
    ...(environment?.shown ?? []),
    ...(entry.shown ?? []).map((folder) => resolve(folder)),
    ...(program?.folder == null ? [] : [program.folder]),
  ];
  const walled = sandbox !== 'host' && !job.network;
  const options = {
    repo: job.repo,
    home: context.home,
    id: job.rollout,
    sandbox,
    network: job.network,
    shown,
    kept: [home],
    // On the host, and with an open network, there is no wall that a list could be a door in.
    ...(walled && entry.allow !== undefined ? { allow: { hosts: entry.allow, onRequest } } : {}),
  };
  const opened =
    from === undefined
      ? await openWorkspace(options)
      : { ...(await reopenWithPlaces({ ...options, ...from })), base: from.base, notes: [] as string[] };
  const { workspace } = opened;
  const before = preamble(environment, opened.shown);
  try {
    const changed = await setUp(workspace, environment?.setup ?? [], before);
    if (changed && from !== undefined) await workspace.restore(from.snapshot);
    const inside = opened.kept[0]!;
    return {
      workspace,
      base: changed && from === undefined ? await workspace.snapshot() : opened.base,
      notes: opened.notes,
      env: { ...passed(entry), ...setOf(entry, values), HOME: inside },
      home: { inside, outside: home },
      word: (text) => placed(text, shown, opened.shown),
      preamble: before,
    };
  } catch (error) {
    await workspace.dispose();
    throw error;
  }
}

/** The values a program is given that must not be read in a journal. Throws OperatorError `variable-not-set`. */
export function secretsOf(entry: Entry): Secret[] {
  return Object.entries(passed(entry)).map(([name, value]) => ({ name, value }));
}

/** What is left of a place when its rollout has ended. */
export function removeHome(heddleHome: string, rollout: string): void {
  rmSync(dirname(homeOf(heddleHome, rollout)), { recursive: true, force: true });
}

function homeOf(heddleHome: string, rollout: string): string {
  return join(heddleHome, 'peers', rollout, 'home');
}

function passed({ env = [] }: Entry): Record<string, string> {
  return Object.fromEntries(
    env.map((name) => {
      const value = process.env[name];
      if (value !== undefined && value !== '') return [name, value];
      throw new OperatorError('variable-not-set', `the environment has no ${name}`, {
        hint: 'its entry says that it needs it: set it, or change the entry (docs/rivals.md)',
      });
    }),
  );
}

function setOf({ set = {} }: Entry, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(set).map(([name, text]) => [name, filled(text, values)]));
}

function fillHome(home: string, { home: files = {} }: Entry, values: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = resolve(home, path);
    if (!target.startsWith(`${home}/`)) throw badHome(`${path} leaves the home folder`);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (typeof content === 'string') writeFileSync(target, filled(content, values), { mode: 0o600 });
    else if ('json' in content)
      writeFileSync(target, filled(JSON.stringify(content.json), values), { mode: 0o600 });
    else copyTo(target, content.copy.replace(/^~(?=\/)/, homedir()));
  }
}

function copyTo(target: string, from: string): void {
  if (!existsSync(from)) throw badHome(`there is no ${from}`);
  cpSync(from, target, { recursive: true, dereference: true });
}

function badHome(what: string): OperatorError {
  return new OperatorError('bad-entrant', `the home folder of an entrant cannot be filled: ${what}`, {
    hint: 'correct "home" in its entry (docs/rivals.md)',
  });
}

/** Whether there was anything to do. Throws OperatorError `environment-broken`. */
async function setUp(workspace: Workspace, commands: readonly string[], before: string): Promise<boolean> {
  for (const command of commands) {
    const { ended, exitCode, output } = await workspace.exec(`${before}${command}`, {
      timeoutSeconds: SETUP_SECONDS,
    });
    if (exitCode === 0) continue;
    const how = ended === 'exited' ? `exit code ${exitCode}` : ended;
    const last = output.trim().split('\n').at(-1) ?? '';
    throw new OperatorError(
      'environment-broken',
      `the instance cannot be set up: ${command} (${how}): ${last}`,
    );
  }
  return commands.length > 0;
}

/** The longest of the shown folders that a path is in decides. */
function placed(text: string, folders: readonly string[], places: readonly string[]): string {
  const at = folders.reduce(
    (best, folder, index) =>
      (text === folder || text.startsWith(`${folder}/`)) && folder.length > (folders[best]?.length ?? 0)
        ? index
        : best,
    -1,
  );
  return at === -1 ? text : places[at]! + text.slice(folders[at]!.length);
}

/** Words as one line of shell text. */
export function shellLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
