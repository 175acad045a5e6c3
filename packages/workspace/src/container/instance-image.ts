/**
 * The image of a task instance by the naming of SWE-bench's published images: two underscores cannot be in a
 * repository's name on a registry, so they are spelt `_1776_`; all is lower case. There are none for other machines
 * than x86-64.
 */
export function instanceImage(instance: string): string {
  return `swebench/sweb.eval.x86_64.${instance.toLowerCase().replaceAll('__', '_1776_')}:latest`;
}

/** Where the repository is inside such an image. */
export const INSTANCE_REPOSITORY = '/testbed';
