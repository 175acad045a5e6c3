import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import type { Finding } from './finding.ts';
import { type ImportSite, listImports } from './imports.ts';

/**
 * Who may use whom: each package with the packages its sources may import. Reading it top to bottom is reading the
 * layers upwards; `models`, `workspace` and `code` stand side by side and don't know each other.
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  models: ['core'],
  workspace: ['core'],
  code: ['core'],
  agent: ['core', 'models', 'workspace', 'code'],
  repair: ['core', 'models', 'code'],
  lab: ['core', 'models', 'workspace', 'code', 'agent', 'repair'],
  studio: ['core', 'models', 'workspace', 'code', 'agent', 'repair', 'lab'],
  cli: ['core', 'models', 'workspace', 'code', 'agent', 'repair', 'lab', 'studio'],
};

/** A check that reads almost nothing would pass for the wrong reason; the sources have long outgrown this number. */
const FEWEST_MODULES = 40;

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

interface Package {
  /** Folder name under `packages/`, the name used in `LAYERS`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Proves the arrow between the packages from their import statements, types included: only allowed packages, only by
 * their public name, only when declared as a dependency, never a package's own index from inside, and never late and
 * whole: the bundle would hold all of that package, and its parts could not be left out of what starts first.
 * `fewest` is the number of modules below which the check refuses to call itself passed.
 */
export function checkLayers(root: string, fewest = FEWEST_MODULES): Finding {
  const packages = readdirSync(path.join(root, 'packages'))
    .filter((folder) => existsSync(path.join(root, 'packages', folder, 'package.json')))
    .map((folder): Package => {
      const manifest = JSON.parse(
        readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'),
      ) as Manifest;
      return { folder, manifest };
    });
  const problems: string[] = [];
  let modules = 0;
  let imports = 0;
  for (const here of packages) {
    if (!LAYERS[here.folder])
      problems.push(`packages/${here.folder}: not in LAYERS (scripts/check/layers.ts)`);
    for (const file of sourceFiles(path.join(root, 'packages', here.folder, 'src'))) {
      modules += 1;
      const name = path.relative(root, file);
      for (const site of listImports(file, readFileSync(file, 'utf8'))) {
        imports += 1;
        const fault = site.specifier.startsWith('.')
          ? relativeFault(here, path.join(root, 'packages'), path.resolve(path.dirname(file), site.specifier))
          : packageFault(here, site, packages);
        if (fault) problems.push(`${name}:${site.line}: '${site.specifier}' ${fault}`);
      }
    }
  }
  if (modules < fewest) problems.push(`only ${modules} modules were seen, expected at least ${fewest}`);
  return { seen: `${modules} modules, ${imports} imports, ${packages.length} packages`, problems };
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((entry) => /\.(ts|tsx|mts|mjs|js)$/.test(entry))
    .sort()
    .map((entry) => path.join(folder, entry));
}

function relativeFault(here: Package, packagesRoot: string, target: string): string | undefined {
  const own = path.join(packagesRoot, here.folder);
  if (!target.startsWith(own + path.sep)) return "leaves the package; use the other package's public name";
  if (/^index\.[cm]?[tj]s$/.test(path.relative(path.join(own, 'src'), target))) {
    return "is the package's own index; import the file itself";
  }
  return undefined;
}

/** Its own name, or a part that its manifest exports. */
function isPublic({ manifest: { name, exports = {} } }: Package, specifier: string): boolean {
  return `.${specifier.slice(name.length)}` in exports || specifier === name;
}

function packageFault(
  here: Package,
  { specifier, whole }: ImportSite,
  packages: readonly Package[],
): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  if (builtinModules.includes(name)) return `is written node:${specifier}`;
  const sibling = packages.find((other) => other.manifest.name === name);
  if (sibling) {
    if (sibling === here) return "is the package's own name; import the file itself";
    if (!isPublic(sibling, specifier)) return `reaches inside ${name}`;
    if (!LAYERS[here.folder]?.includes(sibling.folder))
      return `points the wrong way: ${here.folder} may not use ${sibling.folder}`;
    if (whole) return 'takes the whole package; import late a file of your own that names what it needs';
  }
  if (!here.manifest.dependencies?.[name]) return `is not among the dependencies of packages/${here.folder}`;
  return undefined;
}
