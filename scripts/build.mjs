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

const ENTRY = 'packages/cli/src/main.ts';
const DIST = 'packages/cli/dist';
/** Written last; its modification time is the moment the build *began*. */
const MANIFEST = `${DIST}/build.json`;
/** These find files of their own (a program, grammars, native code) beside their code, or are too large to bundle. */
const EXTERNAL = [
  '@vscode/ripgrep',
  'web-tree-sitter',
  '@vscode/tree-sitter-wasm',
  'tree-sitter-c',
  'dockerode',
  'vscode-jsonrpc',
  'playwright-core',
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
 * In a bundle `import.meta.url` names the bundle. Our sources use it to find their own text (version digests,
 * resources), so it is rewritten to the URL of the original file, relative to the chunk that holds it.
 * All chunks lie directly in `dist`, which makes that relation the same for each.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
function keepSourceUrls(root) {
  const packages = path.join(root, 'packages') + path.sep;
  return {
    name: 'keep-source-urls',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) => {
        if (!args.path.startsWith(packages) || args.path.includes(`${path.sep}node_modules${path.sep}`))
          return undefined;
        const relative = path.relative(path.join(root, DIST), args.path).split(path.sep).join('/');
        const url = `new URL(${JSON.stringify(relative)}, import.meta.url)`;
        const contents = readFileSync(args.path, 'utf8')
          .replaceAll(/\bimport\.meta\.url\b/g, `${url}.href`)
          .replaceAll(/\bimport\.meta\.(filename|dirname)\b/g, (_, what) => {
            const target = what === 'filename' ? relative : path.posix.dirname(relative);
            return `process.getBuiltinModule('node:url').fileURLToPath(new URL(${JSON.stringify(target)}, import.meta.url))`;
          });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * `import` of a module of Node's reads each of its exports, lazy ones too: that of `node:crypto` loads all of WebCrypto.
 * Asking for the module itself does not.
 * @returns {import('esbuild').Plugin}
 */
function builtinsWithoutFacade() {
  return {
    name: 'builtins-without-facade',
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path: name, kind }) =>
        kind === 'import-statement' ? { path: name, namespace: 'builtin', sideEffects: false } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
        loader: 'js',
      }));
    },
  };
}

/**
 * Modules of ours do nothing when imported, so a package's index costs only the parts that are used.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
function dropUnusedModules(root) {
  const packages = path.join(root, 'packages') + path.sep;
  return {
    name: 'drop-unused-modules',
    setup(build) {
      build.onResolve({ filter: /^(\.|@heddle\/)/ }, async (args) => {
        if (args.pluginData === 'asked' || args.kind === 'entry-point') return undefined;
        const { path: importer, ...rest } = args;
        const found = await build.resolve(importer, { ...rest, pluginData: 'asked' });
        if (found.errors.length > 0 || !found.path.startsWith(packages)) return found;
        return { ...found, sideEffects: false };
      });
    },
  };
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
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: ENTRY },
    outdir: DIST,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: EXTERNAL,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    // Bundled CommonJS asks for a `require` that ES modules lack.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
    },
    metafile: true,
    plugins: [keepSourceUrls(root), dropUnusedModules(root), builtinsWithoutFacade()],
  });
  const outputs = Object.keys(result.metafile.outputs).map((file) => path.basename(file));
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
