import { OperatorError } from '@heddle/core';
import type { SandboxKind } from '../workspace.ts';
import { containerSandbox } from './container-sandbox.ts';
import { repositoryOfImage } from './copied-repository.ts';
import type { ImageOptions } from './image.ts';

/**
 * Makes sure that an image is on this machine, fetched if need be, and gives the name of the sandbox that uses it.
 * Throws OperatorError `image-name`, `sandbox-unusable`, `no-such-image`, `pull-failed`, `engine-failed`.
 */
export async function prepareImage(name: string, options: ImageOptions = {}): Promise<SandboxKind> {
  if (!/^[\w][\w.:@/-]*$/.test(name)) {
    throw new OperatorError('image-name', `${JSON.stringify(name)} is no name of an image`, {
      hint: 'such as debian:12 or ghcr.io/owner/name:tag',
    });
  }
  const sandbox = containerSandbox(name);
  await sandbox.prepare(options);
  return sandbox.kind;
}

/**
 * A repository inside an image as a folder of this machine, to open a workspace on: see `repositoryOfImage`.
 * Throws OperatorError `no-such-folder`, `sandbox-failed`, and what {@link prepareImage} throws.
 */
export async function imageRepository(
  name: string,
  where: { readonly path: string; readonly home: string },
): Promise<string> {
  await prepareImage(name);
  const { engine, image } = await containerSandbox(name).ready();
  return repositoryOfImage(engine, image, where);
}
