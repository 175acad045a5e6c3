import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isInside } from '../files/confine.ts';
import { removeTree } from '../remove-tree.ts';
import type { BoxPlan } from './sandbox.ts';
import type { Binding } from './system-view.ts';

/**
 * What to lay over the folders {@link SystemView.covered}: nearly empty ones, with a place to mount on for
 * everything that is shown below them all the same.
 */
export function prepareCovers({ system, root, scratch }: BoxPlan): Binding[] {
  const points = [...system.uncovered.map(({ to }) => to), root];
  return system.covered.map((to, number) => {
    const from = join(scratch, 'covers', String(number));
    removeTree(from);
    mkdirSync(from, { recursive: true });
    for (const point of points) {
      if (point === to || !isInside(to, point)) continue;
      const place = from + point.slice(to.length);
      const isFolder = point === root || statSync(point).isDirectory();
      mkdirSync(isFolder ? place : dirname(place), { recursive: true });
      if (!isFolder) writeFileSync(place, '');
    }
    return { from, to };
  });
}
