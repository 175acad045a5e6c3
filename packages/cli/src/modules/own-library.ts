import { registerHooks } from 'node:module';
import { OperatorError } from '@heddle/core';

/** What a module of the user's imports from. */
const NAME = 'heddle';
const URL_OF_OURS = 'heddle:library';
const SLOT = Symbol.for(URL_OF_OURS);

let registered = false;

/**
 * From now on `import … from 'heddle'` in a module of the user's is the library of the Heddle that runs: the one it was
 * bundled with, wherever it is installed, whatever the user's project has of the name for its editor. Two copies would not
 * know each other's errors and agents.
 */
export async function shareLibrary(): Promise<void> {
  if (registered) return;
  registered = true;
  const library: Record<string, unknown> = await import('../library.ts');
  (globalThis as { [SLOT]?: unknown })[SLOT] = library;
  const source = [
    `const library = globalThis[Symbol.for(${JSON.stringify(URL_OF_OURS)})];`,
    ...Object.keys(library).map((name) => `export const ${name} = library.${name};`),
  ].join('\n');
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === NAME) return { url: URL_OF_OURS, format: 'module', shortCircuit: true };
      if (!specifier.startsWith(`${NAME}/`)) return next(specifier, context);
      throw new OperatorError('no-such-part', `there is no ${specifier}`, {
        hint: `import from "${NAME}"`,
      });
    },
    load(url, context, next) {
      if (url === URL_OF_OURS) return { format: 'module', source, shortCircuit: true };
      // Where no package.json says what it is, Node would guess and warn.
      const typeScript = context.format == null && /\.ts$/.test(url);
      return next(url, typeScript ? { ...context, format: 'module-typescript' } : context);
    },
  });
}
