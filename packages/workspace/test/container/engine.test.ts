import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendants } from '../../src/box/processes.ts';
import { ContainerSandbox } from '../../src/container/container-sandbox.ts';
import { OWNER_LABEL } from '../../src/container/container-settings.ts';
import { repositoryOfImage, rootInImage } from '../../src/container/copied-repository.ts';
import { type Engine, lookFor } from '../../src/container/engine.ts';
import { engineAddresses } from '../../src/container/engine-address.ts';
import { enteredEnvironment } from '../../src/container/entered-environment.ts';
import { ensureImage } from '../../src/container/image.ts';
import { instanceImage } from '../../src/container/instance-image.ts';
import { sweepContainers } from '../../src/container/sweep.ts';
import { ownerLine } from '../../src/leftovers.ts';
import { DEFAULT_WORKSPACE_LIMITS } from '../../src/limits.ts';
import { findProgram } from '../../src/sandbox/programs.ts';
import type { BoxPlan } from '../../src/sandbox/sandbox.ts';
import { git } from '../files.ts';
import { repository, temporaryFolder } from '../fixtures.ts';
import { EngineStandIn, type StandInOptions } from './engine-stand-in.ts';

async function standIn(options: StandInOptions = {}): Promise<{ standIn: EngineStandIn; engine: Engine }> {
  const made = await EngineStandIn.listen(join(temporaryFolder('heddle-engine-'), 'e.sock'), options);
  onTestFinished(() => made.close());
  const engine = await lookFor({ DOCKER_HOST: `unix://${made.socketPath}` });
  if (typeof engine === 'string') throw new Error(engine);
  return { standIn: made, engine };
}

/** A plan as `openWorkspace` makes it, with nothing in it. */
function plan(more: Partial<BoxPlan> = {}): BoxPlan {
  const top = temporaryFolder();
  const at = (name: string) => join(top, name);
  for (const name of ['files', 'tmp', 'pipes', 'scratch']) mkdirSync(at(name));
  return {
    root: '/srv/project',
    files: at('files'),
    tmp: at('tmp'),
    pipes: at('pipes'),
    scratch: at('scratch'),
    shared: [],
    overlay: null,
    system: {
      bindings: [],
      covered: [],
      uncovered: [],
      links: [],
      hidden: { files: [], folders: [] },
      path: '',
      env: {},
    },
    visible: [],
    kept: [],
    network: false,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    processes: 10,
    ...more,
  };
}

const PROGRAM = ['bash', '-c', 'echo one; echo two >&2; while read -r line; do echo "got $line"; done'];

async function begin(engine: Engine, image = 'i:1', of: BoxPlan = plan()) {
  const sandbox = new ContainerSandbox(image, async () => engine);
  const launch = await sandbox.launch(of);
  if (!('start' in launch)) throw new Error('a container is asked for, not launched');
  const started = await launch.start(PROGRAM, DEFAULT_WORKSPACE_LIMITS);
  onTestFinished(() => started.gone());
  return started;
}

/** What was asked for, but for the look into the image. */
const boxes = (made: EngineStandIn) =>
  made.created.filter(({ HostConfig }) => HostConfig?.Mounts !== undefined);

/** Collects what it says, until it has said something. */
function said(started: Awaited<ReturnType<typeof begin>>) {
  const heard = { output: '', complaint: '', closed: '' };
  let wake = () => {};
  started.listen({
    output: (chunk) => {
      heard.output += chunk.toString();
      wake();
    },
    complaint: (chunk) => {
      heard.complaint += chunk.toString();
      wake();
    },
    closed: (why) => {
      heard.closed = why;
      wake();
    },
  });
  const until = async (enough: () => boolean) => {
    while (!enough()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { heard, until };
}

describe('where an engine is looked for', () => {
  it('is where DOCKER_HOST says and nowhere else', () => {
    expect(engineAddresses({ DOCKER_HOST: 'unix:///nowhere.sock' })).toEqual({
      found: [],
      refusal: 'DOCKER_HOST is unix:///nowhere.sock: nothing listens there',
    });
    expect(engineAddresses({ DOCKER_HOST: 'tcp://127.0.0.1:2375' }).found).toEqual([
      { protocol: 'http', host: '127.0.0.1', port: 2375 },
    ]);
    expect(engineAddresses({ DOCKER_HOST: 'localhost', DOCKER_TLS_VERIFY: '1' }).found).toEqual([
      { protocol: 'https', host: 'localhost', port: 2376 },
    ]);
  });

  it.each(['ssh://me@far', 'tcp://10.0.0.5:2375', 'npipe:////./pipe/docker_engine', 'http://['])(
    'is not %s, and it says why',
    (named) => {
      const { found, refusal } = engineAddresses({ DOCKER_HOST: named });
      expect(found).toEqual([]);
      expect(refusal).toContain(named);
    },
  );

  it('has an answer for nobody there, and for one that is silent or speaks another language', async () => {
    const path = join(temporaryFolder(), 'gone.sock');
    expect(await lookFor({ DOCKER_HOST: `unix://${path}` })).toContain('nothing listens there');
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.end('hello\n')).listen(path);
    onTestFinished(() => void server.close());
    expect(await lookFor({ DOCKER_HOST: `unix://${path}` })).toContain('does not answer');
  });
});

describe('an engine (a stand-in, not a real one)', () => {
  it.each([true, false])('is known as Docker, rootless: %s', async (rootless) => {
    const { engine } = await standIn({ rootless });
    expect(engine).toMatchObject({ flavour: 'docker', rootless, remapped: false });
    expect(engine.name).toContain('Docker 99.1');
  });

  it('is known as Podman, rootless when its socket is an ordinary user’s', async () => {
    const { engine } = await standIn({ flavour: 'podman' });
    expect(engine).toMatchObject({ flavour: 'podman', rootless: process.getuid?.() !== 0 });
    expect(engine.name).toContain('Podman 99.1');
  });

  it('in a virtual machine is refused, in words that say what to do', async () => {
    const made = await EngineStandIn.listen(join(temporaryFolder(), 'e.sock'), { kernel: '0.1-vm' });
    onTestFinished(() => made.close());
    const refusal = await lookFor({ DOCKER_HOST: `unix://${made.socketPath}` });
    expect(refusal).toMatch(/runs in a virtual machine \(Stand-in\).*run Heddle in there/);
    const sandbox = new ContainerSandbox('i:1', async () => refusal);
    expect(await sandbox.probe()).toBe(refusal);
    await expect(sandbox.prepare()).rejects.toMatchObject({ code: 'sandbox-unusable' });
  });

  it('works only with an image that is named', async () => {
    const { engine } = await standIn();
    expect(await new ContainerSandbox(null, async () => engine).probe()).toContain('--image');
    expect(await new ContainerSandbox('i:1', async () => engine).probe()).toBeNull();
  });
});

describe('an image of an engine (a stand-in)', () => {
  it('that is there is taken, with its variables', async () => {
    const { engine } = await standIn({ images: { 'i:1': { env: ['A=b=c', 'EMPTY='] } } });
    expect((await ensureImage(engine, 'i:1', { pull: false })).env).toMatchObject({ A: 'b=c', EMPTY: '' });
  });

  it('is fetched with a word on how far it is, if that is allowed', async () => {
    const { engine } = await standIn({ registry: ['i:1', 'j:latest'] });
    await expect(ensureImage(engine, 'i:1', { pull: false })).rejects.toMatchObject({
      code: 'no-such-image',
    });
    const lines: string[] = [];
    const image = await ensureImage(engine, 'i:1', { progress: (line) => lines.push(line) });
    expect(image.name).toBe('i:1');
    expect(lines[0]).toMatch(/^pulling i:1/);
    await ensureImage(engine, 'i:1', { pull: false });
  });

  it('that cannot be had is said to be so', async () => {
    const { engine } = await standIn();
    await expect(ensureImage(engine, 'no/such:1')).rejects.toMatchObject({
      code: 'pull-failed',
      message: 'the image no/such:1 cannot be fetched: manifest unknown',
    });
  });

  it('is named by the instance, as on the registry', () => {
    expect(instanceImage('Some-Owner__some.repo-12')).toBe(
      'swebench/sweb.eval.x86_64.some-owner_1776_some.repo-12:latest',
    );
  });
});

const refusal = findProgram('bwrap') === null ? 'bubblewrap is not installed' : null;
describe.skipIf(refusal !== null)(
  `a container of an engine (a stand-in)${refusal === null ? '' : ` (skipped: ${refusal})`}`,
  () => {
    const images = { 'i:1': {} };

    it('has both streams apart, takes input, and is seen from here by its number', async () => {
      const { engine } = await standIn({ images });
      const started = await begin(engine);
      const { heard, until } = said(started);
      started.write('some\n');
      started.write('more\n');
      await until(() => heard.output.includes('more') && heard.complaint !== '');
      expect(heard).toEqual({ output: 'one\ngot some\ngot more\n', complaint: 'two\n', closed: '' });
      expect(descendants(started.pid)[0]?.pid).toBe(started.pid);
    });

    it('is walled: no network, no capabilities, no new privileges, limits of the kernel', async () => {
      const { engine, standIn: made } = await standIn({ images });
      await begin(engine, 'i:1', plan({ visible: [{ from: '/usr', to: '/run/heddle/objects/0' }] }));
      const [asked] = boxes(made);
      expect(asked?.HostConfig).toMatchObject({
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        SecurityOpt: expect.arrayContaining(['no-new-privileges']),
        Memory: DEFAULT_WORKSPACE_LIMITS.memoryBytes * 1.25,
        MemorySwap: DEFAULT_WORKSPACE_LIMITS.memoryBytes * 1.25,
        PidsLimit: DEFAULT_WORKSPACE_LIMITS.processes * 16,
        AutoRemove: true,
      });
      const names = ((asked?.HostConfig?.Ulimits ?? []) as { Name: string }[]).map(({ Name }) => Name);
      expect(names).toEqual(['nofile', 'nproc', 'core']);
      expect(asked?.HostConfig).not.toHaveProperty('Privileged');
      const writable = asked?.HostConfig?.Mounts?.filter(({ ReadOnly }) => !ReadOnly).map(
        ({ Target }) => Target,
      );
      expect(writable).toEqual(['/srv/project', '/tmp', '/run/heddle/pipes']);
    });

    it('that ends by itself says so, and is gone', async () => {
      const { engine, standIn: made } = await standIn({ images });
      const started = await begin(engine);
      const { heard, until } = said(started);
      await until(() => heard.output !== '');
      const [container] = made.containers.values();
      container!.kill();
      await until(() => heard.closed !== '');
      expect(heard.closed).toBe('its container has ended');
      await started.gone();
      expect(made.containers.size).toBe(0);
    });

    it('is gone when it was disposed of, twice as well', async () => {
      const { engine, standIn: made } = await standIn({ images });
      const started = await begin(engine);
      await started.gone();
      await started.gone();
      expect(made.containers.size).toBe(0);
      expect(existsSync(`/proc/${started.pid}/exe`)).toBe(false);
    });

    it('has the toolchain that the image’s start-up files choose, and nothing else of them', async () => {
      const folder = temporaryFolder();
      const text = 'echo noise; export PATH=/opt/env/bin:$PATH CONDA_PREFIX=/opt/env EDITOR=vi; PS1=x';
      writeFileSync(join(folder, '.bashrc'), text);
      const { engine } = await standIn({ images: { 'i:1': { folders: { [userInfo().homedir]: folder } } } });
      const image = await ensureImage(engine, 'i:1');
      expect(await enteredEnvironment(engine, image)).toEqual({
        PATH: `/opt/env/bin:${image.env.PATH}`,
        CONDA_PREFIX: '/opt/env',
      });
    });

    it('of an image without bash is refused, and nothing is left', async () => {
      const { engine, standIn: made } = await standIn({ images: { 'bare:1': { withoutBash: true } } });
      await expect(begin(engine, 'bare:1')).rejects.toMatchObject({
        code: 'image-unsuitable',
        message: 'the image bare:1 has no bash',
      });
      expect(made.containers.size).toBe(0);
    });

    it.each(['docker', 'podman'] as const)(
      'of %s has shared folders under a writable layer',
      async (flavour) => {
        const { engine, standIn: made } = await standIn({ images, flavour });
        const of = sharing();
        await begin(engine, 'i:1', of);
        const [asked] = boxes(made);
        const text = JSON.stringify([asked?.HostConfig?.Binds, asked?.HostConfig?.Mounts]);
        expect(text).toContain(`upperdir=${of.shared[0]!.layer}/upper,workdir=${of.shared[0]!.layer}/work`);
        expect(text).toContain('/srv/project/node_modules');
      },
    );

    it('has shared folders read-only where the engine lays no overlays, and asks only once', async () => {
      const { engine, standIn: made } = await standIn({ images, noOverlays: true });
      const of = sharing();
      await begin(engine, 'i:1', of);
      expect(boxes(made)).toHaveLength(2);
      expect(boxes(made)[1]?.HostConfig?.Mounts).toContainEqual({
        Type: 'bind',
        Source: of.shared[0]!.source,
        Target: '/srv/project/node_modules',
        ReadOnly: true,
      });
      expect(readdirSync(of.shared[0]!.layer)).toContain('mounted');
    });

    it('whose process is dead is swept, others stay', async () => {
      const { engine, standIn: made } = await standIn({ images });
      const image = await ensureImage(engine, 'i:1');
      const create = (owner: string) =>
        engine.docker.createContainer({ Image: image.id, Cmd: ['true'], Labels: { [OWNER_LABEL]: owner } });
      const alive = await create(ownerLine());
      const dead = await create(ownerLine().replace(/^\d+/, `${2 ** 22 + 1}`));
      const foreign = await create(`${2 ** 22 + 1} 1 elsewhere`);
      const others = await engine.docker.createContainer({ Image: image.id, Cmd: ['true'] });
      expect(await sweepContainers(engine)).toEqual([dead.id]);
      expect([...made.containers.keys()]).toEqual([alive.id, foreign.id, others.id]);
    });
  },
);

function sharing(): BoxPlan {
  const top = temporaryFolder();
  const made = plan();
  const source = join(top, 'node_modules');
  mkdirSync(source);
  const target = join(made.files, 'node_modules');
  return { ...made, shared: [{ target, source, layer: join(top, 'layer') }] };
}

describe('a repository inside an image (of a stand-in)', () => {
  it('is copied out once, and appears at its own place', async () => {
    const inside = repository({ 'src/a.txt': 'one\n', link: { link: 'src/a.txt' } });
    writeFileSync(join(inside, 'left.txt'), 'uncommitted\n');
    const { engine, standIn: made } = await standIn({ images: { 'i:1': { folders: { '/place': inside } } } });
    const image = await ensureImage(engine, 'i:1');
    const home = temporaryFolder();
    const copy = await repositoryOfImage(engine, image, { path: '/place/', home });
    expect(rootInImage(copy)).toBe('/place');
    expect(rootInImage(inside)).toBeNull();
    expect(git(copy, 'status', '--porcelain')).toBe('?? left.txt\n');
    expect(lstatSync(join(copy, 'link')).isSymbolicLink()).toBe(true);
    expect(await repositoryOfImage(engine, image, { path: '/place', home })).toBe(copy);
    expect(made.created).toHaveLength(1);
    expect(made.containers.size).toBe(0);
  });

  it('that is not there is said to be so, and nothing is left', async () => {
    const { engine, standIn: made } = await standIn({ images: { 'i:1': {} } });
    const image = await ensureImage(engine, 'i:1');
    const home = temporaryFolder();
    await expect(repositoryOfImage(engine, image, { path: '/nowhere', home })).rejects.toMatchObject({
      code: 'no-such-folder',
    });
    expect(made.containers.size).toBe(0);
    expect(readdirSync(join(home, 'images'))).toEqual([]);
  });
});
