// esbuild plugins for `build.mjs`; plain JavaScript, as that is.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * In a bundle `import.meta.url` names the bundle. Our sources use it to find their own text (version digests,
 * resources), so it is rewritten to the URL of the original file, relative to the chunk that holds it.
 * All chunks lie directly in `dist`, which makes that relation the same for each.
 * @param {string} root
 * @param {string} dist relative to it
 * @returns {import('esbuild').Plugin}
 */
export function keepSourceUrls(root, dist) {
  const packages = path.join(root, 'packages') + path.sep;
  return {
    name: 'keep-source-urls',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) => {
        if (!args.path.startsWith(packages) || args.path.includes(`${path.sep}node_modules${path.sep}`))
          return undefined;
        const relative = path.relative(path.join(root, dist), args.path).split(path.sep).join('/');
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
 * Asking for the module itself does not, and of its exports only those that are used are looked up.
 * @param {string[]} sources
 * @returns {import('esbuild').Plugin}
 */
export function builtinsWithoutFacade(sources) {
  const wanted = namesFromNode(sources);
  return {
    name: 'builtins-without-facade',
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path: name, kind }) =>
        kind === 'import-statement' ? { path: name, namespace: 'builtin', sideEffects: false } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => {
        const here = process.getBuiltinModule?.(name) ?? {};
        const names = [...new Set([...Object.keys(here), ...(wanted.get(name) ?? [])])];
        return {
          contents: [
            `const all = process.getBuiltinModule(${JSON.stringify(name)});`,
            'export default all;',
            ...names
              .filter((each) => /^[A-Za-z_$][\w$]*$/.test(each) && each !== 'default')
              .map(
                (each) =>
                  `const $${each} = /* @__PURE__ */ (() => all.${each})(); export { $${each} as ${each} };`,
              ),
          ].join('\n'),
          loader: 'js',
        };
      });
    },
  };
}

/**
 * What our sources take from Node's modules: the Node that builds may be older than the one that runs.
 * @param {string[]} sources
 * @returns {Map<string, string[]>}
 */
function namesFromNode(sources) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const file of sources) {
    const text = readFileSync(file, 'utf8');
    for (const [, list = '', name = ''] of text.matchAll(NAMED_FROM_NODE)) {
      const names = list.split(',').map((each) => each.trim().split(/\s+as\s+/)[0] ?? '');
      const values = names.filter((each) => each !== '' && !each.startsWith('type '));
      found.set(name, [...(found.get(name) ?? []), ...values]);
    }
  }
  return found;
}

const NAMED_FROM_NODE = /^import (?:\w+, )?\{([^}]*)\} from '(node:[^']+)'/gm;

/**
 * Modules of ours do nothing when imported, so a package's index costs only the parts that are used.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
export function dropUnusedModules(root) {
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
