import { AsyncLocalStorage } from 'node:async_hooks';
import { type VersionParts, type VersionTree, versionOf } from './version.ts';

/** Told about each call of an op made inside {@link withTracer}. Must not throw. */
export interface Tracer {
  /** The returned function is called once, when the call ends. */
  started(
    op: VersionTree,
    input: readonly unknown[],
  ): (end: { output: unknown } | { error: unknown }) => void;
}

/** A named, versioned, traced async function. Agents, tools and scorers are ops. */
export type Op<Args extends readonly unknown[], Out> = ((...args: Args) => Promise<Out>) & {
  readonly op: OpIdentity;
};

export interface OpIdentity extends VersionParts {
  /** Made when first asked for: it reads the op's source files. */
  readonly version: VersionTree;
}

const tracers = new AsyncLocalStorage<Tracer>();

export function op<Args extends readonly unknown[], Out>(
  parts: VersionParts,
  run: (...args: Args) => Promise<Out>,
): Op<Args, Out> {
  let version: VersionTree | undefined;
  const identity: OpIdentity = {
    ...parts,
    get version() {
      version ??= versionOf(parts);
      return version;
    },
  };
  const traced = async (...args: Args): Promise<Out> => {
    const tracer = tracers.getStore();
    if (tracer === undefined) return run(...args);
    const ended = tracer.started(identity.version, args);
    try {
      const output = await run(...args);
      ended({ output });
      return output;
    } catch (error) {
      ended({ error });
      throw error;
    }
  };
  return Object.assign(traced, { op: identity });
}

/** Everything `run` awaits reports its ops to `tracer`. */
export function withTracer<T>(tracer: Tracer, run: () => Promise<T>): Promise<T> {
  return tracers.run(tracer, run);
}
