import { OperatorError } from '@heddle/core';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { GateOptions } from './gate.ts';

/** Throws OperatorError `no-wall` where the list would be no more than a wish. */
export function allowedHosts(
  { allow, network }: { readonly allow?: GateOptions; readonly network?: boolean },
  { walled, kind }: Sandbox,
): GateOptions | null {
  if (allow === undefined || allow.hosts.length === 0) return null;
  if (walled && network !== true) return allow;
  throw new OperatorError(
    'no-wall',
    network === true
      ? 'the network is open, so a list of allowed hosts keeps nothing out'
      : `the sandbox ${kind} cannot keep programs to a list of hosts`,
    { hint: network === true ? 'leave --network out' : 'use bubblewrap or namespaces, see `heddle doctor`' },
  );
}
