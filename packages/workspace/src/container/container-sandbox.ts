import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '@heddle/core';
import { startVariable } from '../box/processes.ts';
import { ownerLine } from '../leftovers.ts';
import type { WorkspaceLimits } from '../limits.ts';
import {
  type BoxPlan,
  type ImageSystem,
  type Launch,
  type Sandbox,
  WALLED_INSIDE,
} from '../sandbox/sandbox.ts';
import { prepareShared } from '../sandbox/shared-mounts.ts';
import type { SandboxKind } from '../workspace.ts';
import { ContainerProcess } from './container-process.ts';
import { type Asking, BOX_VARIABLE, containerSettings, overlaysCanName } from './container-settings.ts';
import { rootInImage } from './copied-repository.ts';
import { type Engine, findEngine, whyOf } from './engine.ts';
import { ensureImage, type Image, type ImageOptions } from './image.ts';
import { sweepContainers } from './sweep.ts';

const PREFIX = 'container:';

/** The image a sandbox is named with (`container:debian:12`); null: it is named with none. */
export function imageNameOf(kind: string): string | null {
  return kind.startsWith(PREFIX) ? kind.slice(PREFIX.length) : null;
}

const sandboxes = new Map<string, ContainerSandbox>();

/** One for each image and process: what was found out stays. Null: there is no image, so it can't be used. */
export function containerSandbox(image: string | null): ContainerSandbox {
  const known = sandboxes.get(image ?? '');
  if (known !== undefined) return known;
  const made = new ContainerSandbox(image, findEngine);
  sandboxes.set(image ?? '', made);
  return made;
}

interface Ready {
  readonly engine: Engine;
  readonly image: Image;
}

/**
 * A container of Docker or Podman for each box, with the programs of an image. Copy, temporary folder and pipes are
 * mounted from this machine, so files, snapshots and forks are what they are in every sandbox. That asks for an
 * engine on this very kernel.
 */
export class ContainerSandbox implements Sandbox {
  readonly kind: SandboxKind;
  readonly walled = true;
  readonly image: ImageSystem;
  readonly #name: string | null;
  readonly #findEngine: () => Promise<Engine | string>;
  #ready: Promise<Ready> | null = null;
  #known: Image | null = null;
  /** Whether this engine can lay a writable layer over a shared folder; unknown at first. */
  #overlays = true;

  constructor(name: string | null, engine: () => Promise<Engine | string>) {
    this.#name = name;
    this.#findEngine = engine;
    this.kind = name === null ? 'container' : `${PREFIX}${name}`;
    const known = () => this.#known?.env ?? {};
    this.image = {
      prepare: () => this.prepare(),
      get path() {
        return known().PATH ?? '';
      },
      get env() {
        return known();
      },
      rootOf: (repository) => rootInImage(repository) ?? repository,
    };
  }

  async probe(): Promise<string | null> {
    const engine = await this.#findEngine();
    if (typeof engine === 'string') return engine;
    if (this.#name === null || this.#name === '') return `${engine.name} works, for an image: --image <name>`;
    return null;
  }

  /** The image is here from then on. Throws OperatorError `sandbox-unusable`, and what {@link ensureImage} throws. */
  async prepare(options: ImageOptions = {}): Promise<void> {
    await this.ready(options);
  }

  ready(options: ImageOptions = {}): Promise<Ready> {
    if (this.#ready === null) {
      const ready = this.#prepare(options);
      this.#ready = ready;
      ready.catch(() => {
        this.#ready = null; // next time it may be there
      });
    }
    return this.#ready;
  }

  async launch(plan: BoxPlan): Promise<Launch> {
    for (const folder of [plan.tmp, join(plan.tmp, 'home')]) mkdirSync(folder, { recursive: true });
    for (const mount of plan.shared) prepareShared(mount);
    return { start: (program, limits) => this.#start(plan, program, limits) };
  }

  inside() {
    return WALLED_INSIDE;
  }

  async #prepare(options: ImageOptions) {
    const engine = await this.engine();
    const image = await ensureImage(engine, this.#name ?? '', options);
    this.#known = image;
    sweepContainers(engine).catch(() => {}); // the next one's
    return { engine, image };
  }

  /** Throws OperatorError `sandbox-unusable`. */
  async engine(): Promise<Engine> {
    const engine = await this.#findEngine();
    if (typeof engine !== 'string') return engine;
    throw new OperatorError('sandbox-unusable', `containers do not work here: ${engine}`, {
      hint: 'leave --image out to take another sandbox, or see `heddle doctor`',
    });
  }

  async #start(
    plan: BoxPlan,
    program: readonly string[],
    limits: WorkspaceLimits,
  ): Promise<ContainerProcess> {
    const { engine, image } = await this.ready();
    const box = randomUUID();
    const asking = {
      engine,
      image,
      plan,
      limits,
      program,
      box,
      owner: ownerLine(),
      processors: availableParallelism(),
    };
    const started = await this.#withOverlays(asking).catch((error: unknown) => {
      throw startFailed(image.name, error);
    });
    if (startVariable(started.pid, BOX_VARIABLE) === box) return started;
    await started.gone();
    throw new OperatorError(
      'engine-elsewhere',
      `${engine.name} starts processes that cannot be seen from here`,
      {
        hint: 'Heddle and the engine must run on the same system, not one of them in a container or virtual machine',
      },
    );
  }

  /** Shared folders under a writable layer; where the engine cannot do that, read-only, as it is said in the layer. */
  async #withOverlays(asking: Omit<Asking, 'overlays'>): Promise<ContainerProcess> {
    const { engine, plan } = asking;
    const start = (overlays: boolean) =>
      ContainerProcess.start(engine.docker, containerSettings({ ...asking, overlays }));
    const noted = (how: string) => {
      for (const { layer } of plan.shared) writeFileSync(join(layer, 'mounted'), `${how}\n`);
    };
    if (plan.shared.length === 0) return start(false);
    if (this.#overlays && overlaysCanName(plan)) {
      try {
        const started = await start(true);
        noted('disk');
        return started;
      } catch (error) {
        if (!/mount|overlay|option|volume/i.test(whyOf(error))) throw error;
        this.#overlays = false;
      }
    }
    const started = await start(false);
    noted('read-only');
    return started;
  }
}

function startFailed(image: string, error: unknown): OperatorError {
  const why = whyOf(error);
  const noBash = /bash/.test(why) && /not found|no such file|stat /i.test(why);
  return noBash
    ? new OperatorError('image-unsuitable', `the image ${image} has no bash`, {
        hint: 'choose one that has: Alpine and other small ones have none',
        cause: error,
      })
    : new OperatorError('sandbox-failed', `the container of ${image} did not start: ${why}`, {
        hint: 'see `heddle doctor`, or leave --image out to take another sandbox',
        cause: error,
      });
}
