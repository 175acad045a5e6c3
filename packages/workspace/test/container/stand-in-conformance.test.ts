import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { removeTree } from '../../src/remove-tree.ts';
import { conformance } from '../conformance.ts';
import { orphans } from '../orphans.ts';
import { EngineStandIn } from './engine-stand-in.ts';

// Not a real engine: its interface in front of local processes. See real-engine.test.ts for one.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-engine-')));
const engine = await EngineStandIn.listen(join(folder, 'engine.sock'), { images: { 'stand-in:1': {} } });
process.env.DOCKER_HOST = `unix://${engine.socketPath}`;
afterAll(async () => {
  await engine.close();
  removeTree(folder);
});

await conformance('container:stand-in:1');
await orphans('container:stand-in:1');
