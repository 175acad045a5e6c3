import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupMechanism } from '../box/cgroup.ts';
import { removeTree } from '../remove-tree.ts';
import { SANDBOX_KINDS, type SandboxKind } from '../workspace.ts';
import { BY_NAME_ONLY, sandboxOf } from './choose.ts';
import { outerNamespace } from './outer-namespace.ts';
import { findProgram } from './programs.ts';
import { SEAL } from './seal.ts';
import { mountShared, prepareShared } from './shared-mounts.ts';
import { overlaysWork } from './try-overlay.ts';

export interface SandboxProbe {
  readonly kind: SandboxKind;
  /** Null: usable here. Otherwise why not, in one line. */
  readonly refusal: string | null;
  /** What `auto` takes. */
  readonly chosen: boolean;
}

export interface SandboxReport {
  readonly sandboxes: readonly SandboxProbe[];
  /** Where changes to shared dependency folders are kept: on disk, in memory, or nowhere (`read-only`: no overlay here). */
  readonly dependencies: 'disk' | 'memory' | 'read-only';
  /** How forks are made: laid over a base that they share, or by copying all files. */
  readonly forks: 'overlay' | 'copy';
  /** What keeps a program within its limits, strongest first. */
  readonly limits: readonly string[];
}

/** What this machine offers, for `heddle doctor`. `home`: Heddle's data folder, on whose disk the copies are. */
export async function probeSandboxes(home: string): Promise<SandboxReport> {
  const refusals = await Promise.all(SANDBOX_KINDS.map(async (kind) => (await sandboxOf(kind)).probe()));
  const chosen = SANDBOX_KINDS.findIndex((kind, at) => refusals[at] === null && !BY_NAME_ONLY.has(kind));
  const cgroup = cgroupMechanism();
  return {
    sandboxes: SANDBOX_KINDS.map((kind, at) => ({ kind, refusal: refusals[at]!, chosen: at === chosen })),
    dependencies: chosen < 0 ? 'read-only' : await tryOverlay(home),
    forks: chosen >= 0 && (await overlaysWork(home)) ? 'overlay' : 'copy',
    limits: [...(cgroup === null ? [] : [cgroup]), 'watchdog', 'rlimit'],
  };
}

async function tryOverlay(home: string): Promise<SandboxReport['dependencies']> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const top = mkdtempSync(join(home, 'doctor-'));
  try {
    const mount = { target: join(top, 'target'), source: join(top, 'source'), layer: join(top, 'layer') };
    mkdirSync(mount.source);
    prepareShared(mount);
    const { unshare, overlay } = outerNamespace();
    const script = SEAL + mountShared([mount], overlay);
    const child = spawn(findProgram('unshare') ?? 'unshare', [...unshare, 'sh', '-c', script], {
      stdio: 'ignore',
    });
    await once(child, 'close');
    const mounted = readFileSync(join(mount.layer, 'mounted'), 'utf8').trim();
    return mounted === 'disk' || mounted === 'memory' ? mounted : 'read-only';
  } catch {
    return 'read-only';
  } finally {
    removeTree(top);
  }
}
