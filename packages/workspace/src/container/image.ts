import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { CALL_MS, type Engine, statusOf, whyOf } from './engine.ts';
import { PullProgress } from './pull-progress.ts';

/** An image that is on this machine. */
export interface Image {
  readonly name: string;
  /** Of its contents: `sha256:…`. */
  readonly id: string;
  /** Variables of its own, PATH among them. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ImageOptions {
  /** Whether it may be fetched when it isn't here. Default true. */
  readonly pull?: boolean;
  /** Takes lines such as `pulling debian:12: 40 of 120 MB`, some a second at most. */
  readonly progress?: (line: string) => void;
}

const imageSchema = z.object({
  Id: z.string(),
  Config: z.optional(z.nullable(z.object({ Env: z.optional(z.nullable(z.array(z.string()))) }))),
});

/** What a program finds where an image sets no PATH: the engines' own default. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The image of that name, fetched if need be.
 * Throws OperatorError `no-such-image`, `pull-failed`, `engine-failed`.
 */
export async function ensureImage(engine: Engine, name: string, options: ImageOptions = {}): Promise<Image> {
  const image = await inspectImage(engine, name);
  if (image !== null) return image;
  if (options.pull === false) {
    throw new OperatorError('no-such-image', `there is no image ${name} on this machine`, {
      hint: `fetch it: ${engine.flavour} pull ${name}`,
    });
  }
  await pull(engine, name, options.progress);
  const pulled = await inspectImage(engine, name);
  if (pulled !== null) return pulled;
  throw new OperatorError(
    'pull-failed',
    `the image ${name} is not here after it was fetched: the engine stopped in the middle of it`,
    {
      hint: `fetch it yourself: ${engine.flavour} pull ${name}`,
    },
  );
}

async function inspectImage({ docker, name: engine }: Engine, name: string): Promise<Image | null> {
  try {
    const options = { abortSignal: AbortSignal.timeout(CALL_MS) };
    const { Id: id, Config: config } = imageSchema.parse(
      await docker.getImage(name).inspect(options as object),
    );
    return { name, id, env: { PATH: DEFAULT_PATH, ...variables(config?.Env ?? []) } };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw new OperatorError(
      'engine-failed',
      `${engine} does not tell of the image ${name}: ${whyOf(error)}`,
      {
        hint: 'see `heddle doctor`',
        cause: error,
      },
    );
  }
}

function variables(entries: readonly string[]): Record<string, string> {
  const named = entries.map((entry) => [entry, entry.indexOf('=')] as const).filter(([, at]) => at > 0);
  return Object.fromEntries(named.map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)]));
}

/** As long as it takes: hours for a large image on a slow line. */
async function pull(
  { docker, flavour }: Engine,
  name: string,
  progress: ((line: string) => void) | undefined,
): Promise<void> {
  const failed = (why: string) =>
    new OperatorError('pull-failed', `the image ${name} cannot be fetched: ${why}`, {
      hint: `check its name, or log in and fetch it yourself: ${flavour} pull ${name}`,
    });
  const told = new PullProgress(name, progress ?? (() => {}));
  try {
    const stream = (await docker.pull(withTag(name), {})) as Readable;
    for await (const line of createInterface({ input: stream })) {
      const problem = told.take(line);
      if (problem !== null) throw failed(problem);
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : failed(whyOf(error));
  }
}

/** Without a tag or digest an engine takes all tags there are. */
function withTag(name: string): string {
  return /(?::[\w.-]+|@[\w:]+)$/.test(name) ? name : `${name}:latest`;
}
