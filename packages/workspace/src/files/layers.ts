import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { systemCode } from '@heddle/core';
import { isInside } from './confine.ts';
import type { Place } from './place.ts';

/** A folder of the user that programs see with their own changes laid over it. */
export interface Layer {
  /** Relative to the root. */
  readonly path: string;
  /** The user's folder: never written. */
  readonly source: string;
  /** Where the changes are on this machine; null if they can't be seen from here. */
  readonly changes: string | null;
}

/** The copy and the shared folders in it, as one tree of relative paths, seen from this side. */
export class LayeredTree {
  readonly place: Place;
  readonly #layers: readonly Layer[];

  constructor(place: Place, layers: readonly Layer[]) {
    this.place = place;
    this.#layers = layers;
  }

  layerOf(path: string): Layer | undefined {
    return this.#layers.find((layer) => isInside(layer.path, path));
  }

  /** The path on this machine where `path` is, or would be; and the folder it must not lead out of, as the kernel names it. */
  locate(path: string): { readonly host: string; readonly within: string } {
    const [first] = this.#candidates(path);
    for (const candidate of this.#candidates(path)) {
      const stat = statOf(candidate.host);
      if (stat !== undefined) return isWhiteout(stat) ? first! : candidate;
    }
    return first!;
  }

  lstat(path: string): Stats | undefined {
    for (const { host } of this.#candidates(path)) {
      const stat = statOf(host);
      if (stat !== undefined) return isWhiteout(stat) ? undefined : stat;
    }
    return undefined;
  }

  /** Throws what reading the topmost folder throws. */
  list(path: string): Dirent[] {
    const entries = new Map<string, Dirent | null>();
    for (const { host } of this.#candidates(path)) {
      if (!statOf(host)?.isDirectory()) continue;
      for (const entry of readdirSync(host, { withFileTypes: true })) {
        if (!entries.has(entry.name)) entries.set(entry.name, entry.isCharacterDevice() ? null : entry);
      }
    }
    return [...entries.values()].filter((entry) => entry !== null);
  }

  /** If an absolute link target is in a shared folder, the relative path it has in the tree. */
  pathOfSource(target: string): string | undefined {
    const layer = this.#layers.find(({ source }) => isInside(source, target));
    return layer === undefined ? undefined : layer.path + target.slice(layer.source.length);
  }

  #candidates(path: string): { host: string; within: string }[] {
    const layer = this.layerOf(path);
    const { path: folder, real } = this.place;
    const own = { host: path === '' ? folder : `${folder}/${path}`, within: real };
    if (layer === undefined) return [own];
    const rest = path.slice(layer.path.length);
    const bases = layer.changes === null ? [layer.source] : [layer.changes, layer.source];
    return [...bases.map((base) => ({ host: base + rest, within: base })), own];
  }
}

/** How an overlay marks a deleted name. */
const isWhiteout = (stat: Stats): boolean => stat.isCharacterDevice() && stat.rdev === 0;

/** Undefined: nothing is there, also because a folder above it is a file. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
