import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { canonicalJson, datasetVersion, digestOf } from '@heddle/core';
import type { Environment, Instance, Source } from '../instance.ts';

/** Digests of folders by path: a folder that several instances share is read once. */
type FolderDigests = Map<string, Promise<string>>;

/**
 * Digest over what is asked and how it is graded. Where a folder or a clone lies on this machine is no part of it, what is
 * in it is: two machines with the same files have the same version. Of an environment its name counts.
 */
export async function versionOfInstances(instances: readonly Instance[]): Promise<string> {
  const folders: FolderDigests = new Map();
  const digests: Record<string, string> = {};
  for (const instance of instances) {
    digests[instance.id] = digestOf(canonicalJson(await contentOf(instance, folders)));
  }
  return datasetVersion('instances', digests).digest;
}

async function contentOf(instance: Instance, folders: FolderDigests): Promise<unknown> {
  const { files, grading, environment } = instance;
  return {
    ...instance,
    files: await sourceContent(files, folders),
    grading:
      grading.kind === 'reward' ? { ...grading, tests: await folderDigest(grading.tests, folders) } : grading,
    environment: environment && environmentContent(environment),
  };
}

async function sourceContent(source: Source, folders: FolderDigests): Promise<unknown> {
  if (source.kind === 'folder') return { ...source, path: await folderDigest(source.path, folders) };
  if (source.kind === 'commit') return { ...source, repository: null };
  return source;
}

function environmentContent({ name, image }: Environment): unknown {
  return { name, image: image ?? null };
}

function folderDigest(folder: string, known: FolderDigests): Promise<string> {
  let digest = known.get(folder);
  if (digest === undefined) {
    digest = digestFolder(folder);
    known.set(folder, digest);
  }
  return digest;
}

/** Over paths, modes and bytes of all files below it but git's own. */
async function digestFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(({ entry, path }) => ({ entry, path, name: relative(folder, path).split(sep).join('/') }))
    .filter(({ name }) => !/(?:^|\/)\.git(?:\/|$)/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { entry, path, name } of paths) {
    const bytes = entry.isSymbolicLink() ? await readlink(path) : entry.isFile() ? await readFile(path) : '';
    hash.update(`${name}\0${entry.isSymbolicLink() ? 'link' : 'file'}\0${digestOf(bytes)}\n`);
  }
  return hash.digest('hex');
}
