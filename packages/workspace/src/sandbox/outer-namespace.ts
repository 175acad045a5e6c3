import { readFileSync } from 'node:fs';

/** How this process may get a mount namespace of its own. */
export interface OuterNamespace {
  /** Options of util-linux `unshare`. */
  readonly unshare: readonly string[];
  /** Options an overlay needs there, each with a comma behind it. */
  readonly overlay: string;
  /** Options, each with a comma behind it, that let programs rename folders of the lower layer; not to be had in a user namespace. */
  readonly moves: string;
  /** It comes with a user namespace. */
  readonly user: boolean;
}

/** Root with its powers mounts directly; everybody else in a user namespace. */
export function outerNamespace(): OuterNamespace {
  return hasSysAdmin()
    ? {
        unshare: ['--mount', '--propagation', 'private'],
        overlay: '',
        moves: 'redirect_dir=on,',
        user: false,
      }
    : {
        unshare: ['--user', '--map-root-user', '--mount', '--propagation', 'private'],
        overlay: 'userxattr,',
        moves: '',
        user: true,
      };
}

const CAP_SYS_ADMIN = 21n;

function hasSysAdmin(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}
