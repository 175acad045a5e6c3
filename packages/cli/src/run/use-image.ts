import { OperatorError } from '@heddle/core';
import { imageRepository, prepareImage } from '@heddle/workspace';

interface Wanted {
  readonly image: string | undefined;
  readonly sandbox: string | undefined;
  readonly repo: string;
  /** What `repo` begins with when it is in the image. */
  readonly inside: string;
  readonly home: string;
}

/**
 * Makes sure that the image is here, with a line on standard error while it is fetched.
 * Throws OperatorError `bad-option`, and what `prepareImage` and `imageRepository` throw.
 */
export async function useImage(wanted: Wanted): Promise<{ readonly sandbox: string; readonly repo: string }> {
  const { image, repo, inside, home } = wanted;
  if (image === undefined) {
    throw new OperatorError('bad-option', `--repo ${repo} is in an image, and none is named`, {
      hint: 'name it with --image',
    });
  }
  if (wanted.sandbox !== undefined && wanted.sandbox !== 'container') {
    throw new OperatorError('bad-option', `--image asks for a container, --sandbox for ${wanted.sandbox}`, {
      hint: 'give one of the two',
    });
  }
  const sandbox = await prepareImage(image, {
    progress: (line) => process.stderr.write(`heddle: ${line}\n`),
  });
  if (!repo.startsWith(inside)) return { sandbox, repo };
  return { sandbox, repo: await imageRepository(image, { path: repo.slice(inside.length), home }) };
}
