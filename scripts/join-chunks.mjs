// The second half of `build.mjs`; plain JavaScript, as that is.
import path from 'node:path';

/**
 * A chunk is what the same entries reach, and a start would load some eighty of them: more time goes into the files than
 * into what they hold. This plugin bundles the chunks of a build again, with those that a start loads put together:
 * what it has in common with the quick commands, and the rest.
 * @param {string} root
 * @param {import('esbuild').BuildResult<{ metafile: true, write: false }>} chunks
 * @param {{ main: string, start: string, quick: string[] }} entries sources
 * @returns {import('esbuild').Plugin}
 */
export function joinChunks(root, { outputFiles, metafile: { outputs } }, { main, start, quick }) {
  const texts = new Map(outputFiles.map((file) => [nameOf(root, file.path), file.text]));
  const groups = groupsOf(outputs, { main, start, quick });
  const groupOf = new Map(groups.flatMap((group, at) => group.map((name) => [name, `group-${at}`])));
  return {
    name: 'join-chunks',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path: to, importer, kind }) => {
        if (to.startsWith('group-')) return { path: to, namespace: 'group' };
        const file = path.resolve(path.dirname(importer), to);
        const name = nameOf(root, file);
        if (!texts.has(name)) return { path: to, external: true };
        // An entry of its own would be apart from its group; the door that leads to it may be.
        const door = kind === 'dynamic-import' && groupOf.has(name);
        return { path: file, namespace: door ? 'door' : 'file' };
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path: file }) => {
        const name = nameOf(root, file);
        const used = importsOf(outputs, name).map((each) => groupOf.get(each));
        // Who needs one of a group takes all: so they are reached by the same entries, and esbuild puts them together.
        const whole = [...new Set(used)].filter(
          (group) => group !== undefined && group !== groupOf.get(name),
        );
        return { contents: whole.map((group) => `import '${group}';`).join('') + texts.get(name) };
      });
      build.onLoad({ filter: /.*/, namespace: 'door' }, ({ path: file }) => {
        const name = nameOf(root, file);
        const names = outputs[name]?.exports.join(', ');
        return {
          contents: `import '${groupOf.get(name)}'; export { ${names} } from ${JSON.stringify(file)};`,
        };
      });
      build.onLoad({ filter: /.*/, namespace: 'group' }, ({ path: group }) => {
        const names = [...groupOf.keys()].filter((name) => groupOf.get(name) === group);
        return {
          contents: names.map((name) => `import ${JSON.stringify(path.join(root, name))};`).join('\n'),
        };
      });
    },
  };
}

/**
 * Chunks that go together. None is in two groups, and none imports one of a later group.
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {{ main: string, start: string, quick: string[] }} entries
 * @returns {string[][]}
 */
function groupsOf(outputs, { main, start, quick }) {
  const base = staticClosure(outputs, main);
  const all = [...staticClosure(outputs, start)].filter((name) => !base.has(name));
  const common = new Set(quick.flatMap((entry) => [...staticClosure(outputs, entry)]));
  return [
    // What starts everything keeps its own file.
    [...base].filter((name) => outputs[name]?.entryPoint !== main),
    all.filter((name) => common.has(name)),
    all.filter((name) => !common.has(name)),
  ];
}

/**
 * Outputs that are loaded with a source's.
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {string} entry
 * @returns {Set<string>}
 */
function staticClosure(outputs, entry) {
  const found = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === entry));
  for (const name of found) for (const each of importsOf(outputs, name)) found.add(each);
  return found;
}

/**
 * The outputs that one is loaded with.
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {string} name
 * @returns {string[]}
 */
function importsOf(outputs, name) {
  const imports = outputs[name]?.imports ?? [];
  return imports
    .filter(({ path: to, kind }) => kind === 'import-statement' && outputs[to])
    .map((each) => each.path);
}

/**
 * As esbuild calls an output.
 * @param {string} root
 * @param {string} file
 */
function nameOf(root, file) {
  return path.relative(root, file).split(path.sep).join('/');
}
