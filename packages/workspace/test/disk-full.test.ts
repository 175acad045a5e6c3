import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { repository, temporaryFolder } from './fixtures.ts';

const refusal = await (await sandboxOf('namespaces')).probe();

describe.skipIf(refusal !== null)(`a full disk${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
  it('is named, and leaves no half copy', async () => {
    const home = temporaryFolder();
    const repo = repository({ 'large.txt': 'x'.repeat(3_000_000) });
    const script = `
      import { openWorkspace } from ${JSON.stringify(join(import.meta.dirname, '../src/open.ts'))};
      import { readdirSync } from 'node:fs';
      const attempt = openWorkspace({ repo: process.argv[1], home: process.argv[2], id: 'x', sandbox: 'host' });
      await attempt.catch((error) => console.log(error.code, readdirSync(process.argv[2] + '/work').length));`;
    const inside =
      'mount -t tmpfs -o size=1m small "$4" && exec "$1" --input-type=module-typescript -e "$2" "$3" "$4"';
    const { stdout } = await promisify(execFile)('unshare', [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      inside,
      'sh',
      process.execPath,
      script,
      repo,
      home,
    ]);
    expect(stdout).toBe('disk-full 0\n');
  });
});
