// Builds the Studio's page into packages/studio/dist/page, and what static exports copy into dist/export:
//   node scripts/build-page.mjs
// Plain JavaScript, as build.mjs, and beside it in set-up.
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const PAGE = 'packages/studio/page';
/** What the page is made of. */
const SOURCES = [`${PAGE}/src`, `${PAGE}/index.html`, `${PAGE}/vite.config.ts`, 'packages/studio/src/told'];
const DIST = 'packages/studio/dist';
/** Size and time of each source when it was last built; written last. */
const STAMP = `${DIST}/page.json`;

/** @param {string} root */
function stampOf(root) {
  const files = SOURCES.flatMap((source) => {
    const place = path.join(root, source);
    if (!existsSync(place)) return [];
    if (statSync(place).isFile()) return [source];
    return readdirSync(place, { recursive: true, encoding: 'utf8' }).map((entry) => path.join(source, entry));
  });
  return JSON.stringify(
    files.sort().map((file) => {
      const { size, mtimeMs } = statSync(path.join(root, file));
      return [file, size, mtimeMs];
    }),
  );
}

/**
 * @param {string} root
 * @returns {Promise<void>} rejects with Vite's error
 */
export async function buildPage(root) {
  const stamp = stampOf(root);
  const { build } = await import('vite');
  const folder = path.join(root, PAGE);
  const common = /** @type {const} */ ({
    root: folder,
    configFile: path.join(folder, 'vite.config.ts'),
    logLevel: 'silent',
  });
  await build(common);
  await build({ ...common, mode: 'export' });
  writeFileSync(path.join(root, STAMP), stamp);
}

/**
 * Without a page the Studio says so; everything else works.
 * @param {string} root
 * @returns {Promise<string | undefined>} what was done, or undefined when the page was fresh
 */
export async function buildPageIfStale(root) {
  if (!existsSync(path.join(root, PAGE))) return undefined;
  const stamp = path.join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(root)) return undefined;
  const started = Date.now();
  try {
    await buildPage(root);
    return `page built in ${((Date.now() - started) / 1000).toFixed(1)} s`;
  } catch (error) {
    rmSync(path.join(root, DIST), { recursive: true, force: true });
    return `no page (${/** @type {Error} */ (error).message.split('\n')[0]})`;
  }
}

async function main() {
  await buildPage(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) await main();
