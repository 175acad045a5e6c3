import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { removeTree } from '../remove-tree.ts';
import { findProgram } from '../sandbox/programs.ts';
import { CALL_MS, type Engine, statusOf, whyOf } from './engine.ts';
import type { Image } from './image.ts';

/** Beside a repository that was copied out of an image: where it was there. */
const ORIGIN = 'origin.json';
const FOLDER = 'repository';

const originSchema = z.object({ image: z.string(), path: z.string() });

/**
 * A repository that is inside an image, as a folder of this machine: copied out once for each image below Heddle's
 * home, by the engine's archive of it. A workspace opened on it has its copy at the repository's place in the image.
 * Throws OperatorError `no-such-folder` and `sandbox-failed`.
 */
export async function repositoryOfImage(
  engine: Engine,
  image: Image,
  { path, home }: { readonly path: string; readonly home: string },
): Promise<string> {
  const inside = posix.resolve('/', path);
  const name = createHash('sha256').update(`${image.id} ${inside}`).digest('hex').slice(0, 16);
  const images = join(home, 'images');
  const folder = join(images, name);
  if (existsSync(join(folder, ORIGIN))) return join(folder, FOLDER);
  mkdirSync(images, { recursive: true, mode: 0o700 });
  const made = mkdtempSync(join(images, `${name}.`));
  try {
    await copyOut(engine, image, { path: inside, to: made });
    writeFileSync(join(made, ORIGIN), JSON.stringify({ image: image.name, path: inside }));
    try {
      renameSync(made, folder);
    } catch (error) {
      // Somebody else was faster; theirs is the same.
      if (!existsSync(join(folder, ORIGIN))) throw error;
    }
  } finally {
    removeTree(made);
  }
  return join(folder, FOLDER);
}

/** Where a repository was in its image; null: it comes from none. */
export function rootInImage(repository: string): string | null {
  if (basename(repository) !== FOLDER) return null;
  try {
    const text = readFileSync(join(dirname(repository), ORIGIN), 'utf8');
    return originSchema.parse(JSON.parse(text)).path;
  } catch {
    return null; // a folder that only has that name
  }
}

async function copyOut(
  { docker }: Engine,
  image: Image,
  { path, to }: { readonly path: string; readonly to: string },
): Promise<void> {
  const call = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });
  const failed = (error: unknown) =>
    statusOf(error) === 404
      ? new OperatorError('no-such-folder', `there is no folder ${path} in the image ${image.name}`, {
          hint: 'name the repository as it is called inside: --repo image:/folder',
        })
      : new OperatorError(
          'sandbox-failed',
          `${path} cannot be copied out of ${image.name}: ${whyOf(error)}`,
          {
            hint: 'see `heddle doctor`',
            cause: error,
          },
        );
  try {
    // Never started: it only lends its files.
    const container = await docker.createContainer({ Image: image.id, Cmd: ['true'], ...call() });
    try {
      await unpack(await container.getArchive({ path }), join(to, FOLDER));
    } finally {
      await container.remove({ force: true, v: true, ...call() });
    }
  } catch (error) {
    throw failed(error);
  }
}

/** By `tar`, which confines what it unpacks to the folder and makes the files the caller's. */
async function unpack(archive: NodeJS.ReadableStream, folder: string): Promise<void> {
  mkdirSync(folder);
  const tar = spawn(
    findProgram('tar') ?? 'tar',
    ['--extract', '--file=-', '--no-same-owner', '--strip-components=1'],
    { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const ended = once(tar, 'close');
  const [{ value: code }] = await Promise.all([
    ended.then(([value]) => ({ value: value as number | null })),
    pipeline(archive, tar.stdin).catch((error: unknown) => {
      said ||= whyOf(error);
    }),
  ]);
  if (code !== 0) throw new Error(said.trim().split('\n').at(-1) || `tar ended with ${code}`);
}
