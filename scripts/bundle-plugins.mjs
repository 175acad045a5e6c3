// esbuild plugins for `build.mjs`; plain JavaScript, as that is.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * Our sources as they are bundled: they know where they are, and import from the file that has what they want.
 * @param {string} root
 * @param {string} dist relative to it; all chunks lie directly in it
 * @returns {import('esbuild').Plugin}
 */
export function ourSources(root, dist) {
  const packages = path.join(root, 'packages') + path.sep;
  return {
    name: 'our-sources',
    setup(build) {
      const indexes = packageIndexes(root);
      build.onLoad({ filter: /\.ts$/ }, (args) => {
        if (!args.path.startsWith(packages) || args.path.includes(`${path.sep}node_modules${path.sep}`))
          return undefined;
        const text = readFileSync(args.path, 'utf8');
        const contents = withoutIndexes(
          withSourceUrls(text, path.join(root, dist), args.path),
          args.path,
          indexes,
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * In a bundle `import.meta.url` names the bundle. Our sources use it to find their own text (version digests,
 * resources), so it is rewritten to the URL of the original file, relative to the chunk that holds it.
 * @param {string} text
 * @param {string} folder where the chunk will be
 * @param {string} file
 * @returns {string}
 */
function withSourceUrls(text, folder, file) {
  const relative = relativeUrl(folder, file);
  const url = `new URL(${JSON.stringify(relative)}, import.meta.url)`;
  return text
    .replaceAll(/\bimport\.meta\.url\b/g, `${url}.href`)
    .replaceAll(/\bimport\.meta\.(filename|dirname)\b/g, (_, what) => {
      const target = what === 'filename' ? relative : path.posix.dirname(relative);
      return `process.getBuiltinModule('node:url').fileURLToPath(new URL(${JSON.stringify(target)}, import.meta.url))`;
    });
}

/**
 * A chunk that imports a package's index loads all that anybody imports through it, however little its own part is.
 * @param {string} text
 * @param {string} file
 * @param {Map<string, Map<string, { file: string, name: string }>>} indexes
 * @returns {string}
 */
function withoutIndexes(text, file, indexes) {
  return text.replaceAll(NAMED_FROM_PACKAGE, (statement, list, specifier) => {
    const index = indexes.get(specifier);
    const direct = namesIn(list).map(({ name, as }) => {
      const from = index?.get(name);
      return from && `import { ${from.name} as ${as} } from '${relativeUrl(path.dirname(file), from.file)}';`;
    });
    // What the index lacks is told by the bundler. Lines keep their numbers.
    return direct.includes(undefined) ? statement : direct.join(' ') + statement.replaceAll(/[^\n]/g, '');
  });
}

/**
 * What the index of each package exports, and where that is.
 * @param {string} root
 */
function packageIndexes(root) {
  /** @type {Map<string, Map<string, { file: string, name: string }>>} */
  const indexes = new Map();
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const source = path.join(root, 'packages', folder, 'src');
    const index = path.join(source, 'index.ts');
    if (!existsSync(index)) continue;
    /** @type {Map<string, { file: string, name: string }>} */
    const exported = new Map();
    for (const [, list = '', specifier = ''] of readFileSync(index, 'utf8').matchAll(NAMED_REEXPORT)) {
      for (const { name, as } of namesIn(list))
        exported.set(as, { file: path.join(source, specifier), name });
    }
    indexes.set(`@heddle/${folder}`, exported);
  }
  return indexes;
}

/**
 * The values among the names between braces.
 * @param {string} list
 * @returns {{ name: string, as: string }[]}
 */
function namesIn(list) {
  return list.split(',').flatMap((each) => {
    const [name = '', as = name] = each.trim().split(/\s+as\s+/);
    return name === '' || name.startsWith('type ') ? [] : [{ name, as }];
  });
}

/**
 * @param {string} folder
 * @param {string} file
 */
function relativeUrl(folder, file) {
  return path.relative(folder, file).split(path.sep).join('/');
}

const NAMED_FROM_PACKAGE = /^import \{([^}]*)\} from '(@heddle\/[^']+)';/gm;
const NAMED_REEXPORT = /^export \{([^}]*)\} from '(\.[^']+)';/gm;

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
      found.set(name, [...(found.get(name) ?? []), ...namesIn(list).map((each) => each.name)]);
    }
  }
  return found;
}

const NAMED_FROM_NODE = /^import (?:\w+, )?\{([^}]*)\} from '(node:[^']+)'/gm;

/**
 * The providers' kits import zod as one object, and with it every locale: as a namespace only what they use of it is
 * live, for them and for all who share a chunk of zod with them.
 * @returns {import('esbuild').Plugin}
 */
export function zodAsNamespace() {
  return {
    name: 'zod-as-namespace',
    setup(build) {
      build.onLoad({ filter: /[\\/]@ai-sdk[\\/].*\.js$/ }, (args) => ({
        contents: readFileSync(args.path, 'utf8').replaceAll(
          /^import \{ z \} from (["'])zod\/v4\1/gm,
          'import * as z from $1zod/v4$1',
        ),
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
