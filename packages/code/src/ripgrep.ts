import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Path of a ripgrep program: the one npm carries for this platform, else the first `rg` in the search path,
 * else null. `path` defaults to this process's `PATH`.
 */
export function ripgrepPath(path: string = process.env.PATH ?? ''): string | null {
  const file = process.platform === 'win32' ? 'rg.exe' : 'rg';
  return bundled(file) ?? programOnPath(file, path);
}

/** Resolved by package name: `@vscode/ripgrep` itself throws at import where its platform package is absent. */
function bundled(file: string): string | null {
  try {
    const wrapper = createRequire(require.resolve('@vscode/ripgrep'));
    const program = wrapper.resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${file}`);
    return executable(program) ? program : null;
  } catch {
    return null;
  }
}

/** The first executable of a name in a search path, or null. */
export function programOnPath(file: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    // An empty or relative entry would run whatever the repository calls `rg`.
    if (isAbsolute(folder) && executable(join(folder, file))) return join(folder, file);
  }
  return null;
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
