import type { TextChangeTold } from './version.ts';

/** Where the change of one text of a version is told. `prose`: it is read by words, not by lines. */
export function patchPath({ name, from, was, is }: TextChangeTold, prose: boolean): string {
  const asked = new URLSearchParams({
    name,
    ...(from === null ? {} : { from }),
    ...(was === null ? {} : { was }),
    ...(is === null ? {} : { is }),
    ...(prose ? { prose: '1' } : {}),
  });
  return `/versions/patch?${asked}`;
}
