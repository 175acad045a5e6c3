// Brings a checkout to a working state, whatever Node and npm started it, then optionally runs a script there:
//   node scripts/setup.mjs [script [arguments…]]
// Plain JavaScript without dependencies: the host's Node may be years older than the one Heddle needs,
// and nothing is installed yet when this runs. The script is started as a child of the *right* Node,
// because a shell that has already looked up `node` once keeps using the one it found.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';
import { buildPageIfStale } from './build-page.mjs';

/** Below this, `node:sqlite` and type stripping are missing or print warnings. */
const NODE_MAJOR = 24;
/** A cold install on a slow line takes minutes; beyond this the other process is taken for dead. */
const LOCK_WAIT_MS = 15 * 60_000;
const LOCK_POLL_MS = 200;

/** What a person must mend before anything can run; shown as one line, without a stack. */
export class SetupError extends Error {}

/**
 * A digest of everything that decides what `npm install` would put in place.
 * @param {string} root the checkout
 * @returns {string}
 */
export function dependencyDigest(root) {
  const hash = createHash('sha256');
  for (const file of manifestFiles(root)) {
    const content = existsSync(path.join(root, file)) ? readFileSync(path.join(root, file)) : Buffer.alloc(0);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} root */
function manifestFiles(root) {
  const packages = readdirSync(path.join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `packages/${entry.name}/package.json`)
    .sort();
  return ['package.json', 'package-lock.json', '.npmrc', ...packages];
}

/**
 * Turns npm's own many lines into the one that says what to do.
 * @param {string} output everything npm printed
 * @returns {string}
 */
export function explainNpmFailure(output) {
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network request/.test(
      output,
    )
  ) {
    return 'the npm registry cannot be reached; connect once and try again (after set-up no network is needed)';
  }
  if (/ENOSPC/.test(output)) return 'the disk is full; about 600 MB are needed for node_modules';
  if (/EACCES|EPERM|EROFS/.test(output)) return 'node_modules cannot be written; check who owns this folder';
  const line = output
    .split('\n')
    .map((text) => text.replace(/^npm (error|ERR!)\s*/, '').trim())
    .find((text) => text !== '' && !/^code |^A complete log/.test(text));
  return `npm install failed: ${line ?? 'it printed nothing'}`;
}

/**
 * Installs the locked dependencies when they are missing or belong to other manifests.
 * `npm ci` is not used: it refuses a lock file whose optional platform packages a registry lacks.
 * No dependency needs its install script, so none is run.
 * @param {string} root
 * @returns {string | undefined} what was done, or undefined when all was in place
 */
function installDependencies(root) {
  const stamp = path.join(root, 'node_modules', '.heddle-setup');
  const digest = dependencyDigest(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === digest) return undefined;
  note('set-up: installing the locked dependencies (once; a minute or so) …');
  const started = Date.now();
  const flags = [
    'install',
    '--ignore-scripts',
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--no-audit',
  ];
  const quiet = ['--no-fund', '--engine-strict=false', '--loglevel=error', '--no-progress'];
  const result = runNpm([...flags, ...quiet], root);
  if (result.error) {
    throw new SetupError(
      `npm cannot be started (${result.error.message}); install Node.js with npm 9 or newer`,
    );
  }
  if (result.status !== 0) throw new SetupError(explainNpmFailure(`${result.stderr}\n${result.stdout}`));
  // Under the lock of the same digest: an install changes no manifest (--no-save).
  writeFileSync(stamp, `${digest}\n`);
  return `dependencies installed in ${seconds(started)}`;
}

/**
 * @param {string[]} args
 * @param {string} root
 */
function runNpm(args, root) {
  const cli = process.env.npm_execpath;
  const viaNode = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli);
  const [command, ...rest] = viaNode ? [process.execPath, cli, ...args] : ['npm', ...args];
  return spawnSync(/** @type {string} */ (command), rest, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32' && !viaNode,
  });
}

/**
 * The Node that runs Heddle: the one npm installed, else the host's own when it is new enough.
 * @param {string} root
 * @returns {{ file: string, version: string }}
 */
export function findNode(root) {
  const installed = path.join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
  for (const file of [installed, process.execPath]) {
    const result = spawnSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const version = result.status === 0 ? result.stdout.trim() : '';
    if (Number(version.replace(/^v(\d+).*/, '$1')) >= NODE_MAJOR) return { file, version };
  }
  const platform = `${process.platform}-${process.arch}`;
  throw new SetupError(
    `Node ${NODE_MAJOR} is needed, this is ${process.version} and npm has no Node package for ${platform}; install Node ${NODE_MAJOR}`,
  );
}

/**
 * Runs `action` while no other process sets up the same checkout: two `npm install` at once damage node_modules.
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function alone(root, action) {
  const lock = path.join(root, 'node_modules', '.heddle-setup.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (let told = false; ; ) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') {
        throw new SetupError(`node_modules cannot be written: ${/** @type {Error} */ (error).message}`);
      }
      if (ownerIsGone(lock) || Date.now() > deadline) {
        rmSync(lock, { force: true });
        continue;
      }
      if (!told) note('set-up: waiting for another set-up of this checkout …');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
    }
  }
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock */
function ownerIsGone(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // An empty file belongs to an owner between open and write.
    if (!pid) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    return code === 'ESRCH' || code === 'ENOENT';
  }
}

/**
 * Makes sure of dependencies, Node, bundle and the Studio's page, and says in one line (on standard error) what it did.
 * @param {string} root
 * @returns {Promise<string>} the Node program to use
 */
export async function setUp(root) {
  return alone(root, async () => {
    const installed = installDependencies(root);
    const node = findNode(root);
    const built = await buildIfStale(root);
    const page = await buildPageIfStale(root);
    const done = [installed, built, page].filter((part) => part !== undefined);
    note(`set-up: ${done.length > 0 ? done.join(', ') : 'up to date'}, Node ${node.version.slice(1)}`);
    return node.file;
  });
}

/**
 * @param {string} node
 * @param {string[]} command
 * @param {string} root
 * @returns {Promise<number>} the exit code
 */
function runScript(node, command, root) {
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, command, { cwd: root, env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; the child decides how to end, we report its code.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** @param {string} text */
function note(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {number} started */
function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

async function main() {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const command = process.argv.slice(2);
  try {
    const node = await setUp(root);
    process.exitCode = command.length > 0 ? await runScript(node, command, root) : 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    note(`set-up: ${error.message}`);
    process.exitCode = 2;
  }
}

// Real paths: a checkout may be reached through a symbolic link.
if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) await main();
