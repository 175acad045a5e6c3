import { type VersionParts, type VersionTree, versionOf } from './version.ts';

/** A named, versioned async function. Agents, tools and scorers are ops. */
export type Op<Args extends readonly unknown[], Out> = ((...args: Args) => Promise<Out>) & {
  readonly op: OpIdentity;
};

export interface OpIdentity extends VersionParts {
  /** Made when first asked for: it reads the op's source files. */
  readonly version: VersionTree;
}

export function op<Args extends readonly unknown[], Out>(
  parts: VersionParts,
  run: (...args: Args) => Promise<Out>,
): Op<Args, Out> {
  let version: VersionTree | undefined;
  // By descriptors: what `parts` works out when it is asked for (the versions of what it uses) is left for then.
  const identity = Object.defineProperties({} as OpIdentity, {
    ...Object.getOwnPropertyDescriptors(parts),
    version: {
      enumerable: true,
      get: () => {
        version ??= versionOf(parts);
        return version;
      },
    },
  });
  return Object.assign((...args: Args) => run(...args), { op: identity });
}
