import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OWNER_LABEL } from '../../src/container/container-settings.ts';
import { findEngine } from '../../src/container/engine.ts';
import { ownerLine } from '../../src/leftovers.ts';
import type { LocalWorkspace } from '../../src/local-workspace.ts';
import { conformance } from '../conformance.ts';
import { open, repository } from '../fixtures.ts';
import { orphans } from '../orphans.ts';

/**
 * A real Docker or Podman, where DOCKER_HOST says or at a usual socket, and an image on it with bash, git, node,
 * procps and python3 with its library: `CONTAINER_TEST_IMAGE=<name> vitest run <this file>`.
 */
const image = process.env.CONTAINER_TEST_IMAGE;
const engine = image === undefined ? 'CONTAINER_TEST_IMAGE names no image' : await findEngine();

if (image === undefined || typeof engine === 'string') {
  describe.skip(`containers of a real engine (skipped: ${String(engine)})`, () => {
    it('keep what every sandbox promises');
  });
} else {
  const kind = `container:${image}` as const;
  await conformance(kind);
  await orphans(kind);

  describe(`a container of ${engine.name}`, () => {
    const files = { 'a.txt': 'one\n' };

    it('is walled: no capabilities, no new privileges, nothing but the loopback, limits', async () => {
      const { workspace } = await open({ repo: repository(files), sandbox: kind });
      const { output } = await workspace.exec(
        `grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t\\n' '  '
         tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; ulimit -n`,
      );
      expect(output).toMatch(/^CapEff: 0+ CapBnd: 0+ NoNewPrivs: 1 Seccomp: 2 lo\n\d+\n$/);
      expect(Number(output.trim().split('\n').at(-1))).toBeLessThanOrEqual(65_536);
    });

    it('has limits that the kernel keeps, and tells what the kernel ended', async () => {
      const { workspace } = await open({
        repo: repository(files),
        sandbox: kind,
        limits: { memoryBytes: 200 * 2 ** 20, processes: 10 },
      });
      const { parts } = workspace as LocalWorkspace;
      const { pid } = await parts.boxes.running();
      const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      expect(groups).toMatch(/libpod|docker/);
      const { output } = await workspace.exec(
        'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes',
      );
      expect(output).toContain(`${250 * 2 ** 20}`);
    });

    it('leaves no container when it is disposed of, nor do its forks', async () => {
      const mine = async () =>
        (await engine.docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] } })).filter(
          ({ Labels }) => Labels[OWNER_LABEL] === ownerLine(),
        ).length;
      const before = await mine();
      const { workspace } = await open({ repo: repository(files), sandbox: kind });
      const fork = await workspace.fork();
      expect((await fork.exec('cat a.txt')).output).toBe('one\n');
      await workspace.exec('true');
      expect(await mine()).toBe(before + 2);
      await fork.dispose();
      await workspace.dispose();
      expect(await mine()).toBe(before);
    });
  });
}
