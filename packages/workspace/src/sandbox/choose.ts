import { OperatorError } from '@heddle/core';
import { SANDBOX_KINDS, type SandboxKind } from '../workspace.ts';
import { Bubblewrap } from './bubblewrap.ts';
import { Host } from './host.ts';
import { Namespaces } from './namespaces.ts';
import type { Sandbox } from './sandbox.ts';

/** One of each per process: what a probe found out stays. Order: strongest first. */
const SANDBOXES: Readonly<Record<Exclude<(typeof SANDBOX_KINDS)[number], 'container'>, Sandbox>> = {
  bubblewrap: new Bubblewrap(),
  namespaces: new Namespaces(),
  host: new Host(),
};

/** Never chosen unless named. */
export const BY_NAME_ONLY: ReadonlySet<SandboxKind> = new Set(['container', 'host']);

export async function sandboxOf(kind: SandboxKind): Promise<Sandbox> {
  if (!/^container(?::|$)/.test(kind)) return SANDBOXES[kind as keyof typeof SANDBOXES];
  // Late: a client for an engine is much code, for those who name an image.
  const { containerSandbox, imageNameOf } = await import('../container/container-sandbox.ts');
  return containerSandbox(imageNameOf(kind));
}

/**
 * The sandbox to use: `auto` takes the strongest that works here, a name is checked.
 * `allowHost`: where no walls can be had, `auto` may go without (for code that is ours).
 * Throws OperatorError `no-sandbox`, or `sandbox-unusable` for a named one.
 */
export async function chooseSandbox(
  wanted: SandboxKind | 'auto',
  { allowHost = false }: { readonly allowHost?: boolean } = {},
): Promise<SandboxKind> {
  if (wanted !== 'auto') {
    const refusal = await (await named(wanted)).probe();
    if (refusal === null) return wanted;
    throw new OperatorError('sandbox-unusable', `the sandbox ${wanted} does not work here: ${refusal}`, {
      hint: 'leave --sandbox out to take one that does, or see `heddle doctor`',
    });
  }
  const refusals: string[] = [];
  for (const kind of SANDBOX_KINDS) {
    if (BY_NAME_ONLY.has(kind)) continue;
    const refusal = await (await sandboxOf(kind)).probe();
    if (refusal === null) return kind;
    refusals.push(refusal);
  }
  if (allowHost) return 'host';
  throw new OperatorError('no-sandbox', `no sandbox works on this machine: ${refusals.join('; ')}`, {
    hint: 'install bubblewrap, or run without walls, if you trust the code, with --sandbox host',
  });
}

async function named(kind: string): Promise<Sandbox> {
  const sandbox: Sandbox | undefined = await sandboxOf(kind as SandboxKind);
  if (sandbox !== undefined) return sandbox;
  throw new OperatorError('unknown-sandbox', `there is no sandbox ${kind}`, {
    hint: `choose one of ${SANDBOX_KINDS.join(', ')}`,
  });
}
