// Bundles the command line into packages/cli/dist, so that `heddle` starts in half the time it needs from sources:
//   node scripts/build.mjs
// Plain JavaScript: set-up runs it under whatever Node the machine has.
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { builtinsWithoutFacade, dropUnusedModules, ourSources, zodAsNamespace } from './bundle-plugins.mjs';
import { joinChunks } from './join-chunks.mjs';

const ENTRY = 'packages/cli/src/main.ts';
/** What starts most often, and what should answer at once. */
const START = 'packages/cli/src/run/solve-task.ts';
const QUICK = ['list-rollouts', 'show-rollout', 'print-request', 'answer-request'].map(
  (name) => `packages/cli/src/run/${name}.ts`,
);
const DIST = 'packages/cli/dist';
/** Written last; its modification time is the moment the build *began*. */
const MANIFEST = `${DIST}/build.json`;
/** What a version is computed from, so that no start reads every source file (see `SourceTable` in core). */
const SOURCES = `${DIST}/sources.json`;
const SOURCE_FILE = 'packages/core/src/source-file.ts';
const HERE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** These find files of their own (a program, grammars, native code) beside their code, or are too large to bundle. */
const EXTERNAL = [
  '@vscode/ripgrep',
  'web-tree-sitter',
  '@vscode/tree-sitter-wasm',
  'tree-sitter-c',
  'dockerode',
  'vscode-jsonrpc',
  'playwright-core',
  'pg',
  'pg-boss',
];

/**
 * Every source file of every package, with its modification time.
 * @param {string} root
 * @returns {{ file: string, size: number, mtimeMs: number }[]} paths relative to `root`, with `/`
 */
export function listSources(root) {
  const packages = readdirSync(path.join(root, 'packages')).sort();
  return packages.flatMap((name) => {
    const folder = `packages/${name}/src`;
    const entries = statSync(path.join(root, folder), { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).sort()
      : [];
    return entries.flatMap((entry) => {
      const file = `${folder}/${entry.split(path.sep).join('/')}`;
      const stat = statSync(path.join(root, file), { throwIfNoEntry: false });
      return stat?.isFile() ? [{ file, size: stat.size, mtimeMs: stat.mtimeMs }] : [];
    });
  });
}

/**
 * The bundle is fresh when no source is newer than its manifest and none has gone. The bin shim applies
 * the first half of this rule; a removed source always comes with a changed importer.
 * @param {string} root
 * @returns {boolean}
 */
export function isFresh(root) {
  const manifest = statSync(path.join(root, MANIFEST), { throwIfNoEntry: false });
  if (!manifest) return false;
  const sources = listSources(root);
  if (sources.some((source) => source.mtimeMs > manifest.mtimeMs)) return false;
  return readManifest(root)?.sources.length === sources.length;
}

/**
 * @param {string} root
 * @returns {{ outputs: string[], sources: { file: string }[] } | undefined}
 */
function readManifest(root) {
  const file = path.join(root, MANIFEST);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Digest and imports of each source file, as `source-file.ts` finds them.
 * @param {typeof import('esbuild')} esbuild
 * @param {string} root
 * @param {{ file: string }[]} sources
 * @returns {Promise<Record<string, { digest: string, targets: string[] }>>}
 */
async function sourceTable(esbuild, root, sources) {
  const {
    outputFiles: [code],
  } = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: [SOURCE_FILE],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  // It remembers what it found: for each checkout it is a module of its own.
  const module = Buffer.from(`${code?.text}// ${JSON.stringify(root)}`).toString('base64');
  const { sourceFile } = await import(`data:text/javascript;base64,${module}`);
  const folder = path.join(root, DIST);
  /** @param {string} file */
  const relative = (file) => path.relative(folder, file).split(path.sep).join('/');
  return Object.fromEntries(
    sources
      .filter(({ file }) => /\.[cm]?[jt]sx?$/.test(file))
      .map(({ file }) => {
        const { digest, targets } = sourceFile(path.join(root, file));
        return [relative(path.join(root, file)), { digest, targets: targets.map(relative) }];
      }),
  );
}

/**
 * Writes the bundle and its manifest.
 * @param {string} root
 * @returns {Promise<void>} rejects with esbuild's error when a source does not parse or an import is missing
 */
export async function build(root) {
  const esbuild = await import('esbuild');
  // Files know fractions of a millisecond, this clock does not: what was written just before is still older.
  const began = new Date(Date.now() + 1);
  const sources = listSources(root);
  const previous = readManifest(root)?.outputs ?? [];
  /** @satisfies {import('esbuild').BuildOptions} */
  const options = {
    absWorkingDir: root,
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
  };
  const chunks = await esbuild.build({
    ...options,
    entryPoints: { main: ENTRY },
    // Two chunks may have one name.
    chunkNames: '[hash]/[name]',
    write: false,
    external: EXTERNAL,
    sourcemap: 'inline',
    define: { HEDDLE_SOURCES: JSON.stringify(path.posix.relative(path.posix.dirname(SOURCE_FILE), SOURCES)) },
    plugins: [
      ourSources(root, DIST),
      dropUnusedModules(root),
      zodAsNamespace(),
      builtinsWithoutFacade(sources.map(({ file }) => path.join(root, file))),
    ],
  });
  const result = await esbuild.build({
    ...options,
    entryPoints: { main: path.join(root, DIST, 'main.js') },
    allowOverwrite: true,
    chunkNames: '[name]-[hash]',
    sourcemap: 'linked',
    // Bundled CommonJS asks for a `require` that ES modules lack.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    plugins: [joinChunks(root, chunks, { main: ENTRY, start: START, quick: QUICK })],
  });
  writeFileSync(path.join(root, SOURCES), JSON.stringify(await sourceTable(esbuild, root, sources)));
  const outputs = [...Object.keys(result.metafile.outputs), SOURCES].map((file) => path.basename(file));
  // The previous build's chunks stay for one more build: a running `heddle` may still load them.
  const kept = new Set([...outputs, ...previous]);
  for (const file of readdirSync(path.join(root, DIST))) {
    if (!kept.has(file)) rmSync(path.join(root, DIST, file), { recursive: true });
  }
  writeFileSync(
    path.join(root, MANIFEST),
    `${JSON.stringify({ entry: 'main.js', outputs, sources }, null, 1)}\n`,
  );
  utimesSync(path.join(root, MANIFEST), began, began);
}

/**
 * A bundle is a convenience: where it cannot be built, `heddle` runs from its sources and says what is wrong there.
 * @param {string} root
 * @returns {Promise<string | undefined>} what was done, or undefined when the bundle was fresh
 */
export async function buildIfStale(root) {
  if (isFresh(root)) return undefined;
  const started = Date.now();
  try {
    await build(root);
    return `command line bundled in ${((Date.now() - started) / 1000).toFixed(1)} s`;
  } catch (error) {
    rmSync(path.join(root, DIST), { recursive: true, force: true });
    const message =
      /** @type {Error} */ (error).message.split('\n').find((line) => line.includes('ERROR')) ??
      String(error);
    return `no bundle (${message.trim()})`;
  }
}

async function main() {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const started = Date.now();
  await build(root);
  const files = readdirSync(path.join(root, DIST)).filter((file) => file.endsWith('.js'));
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(root, DIST, file)).size, 0);
  process.stdout.write(
    `${DIST}: ${files.length} files, ${Math.round(bytes / 1024)} KB, ${Date.now() - started} ms\n`,
  );
}

// Real paths: a checkout may be reached through a symbolic link.
if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) await main();
