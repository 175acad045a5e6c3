import { frameworkIn } from '../frameworks/frameworks.ts';
import type { CheckSource } from './check-source.ts';

const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];
/** A `test` target with the lines of its recipe. */
const TARGET = /^test\s*::?(?!=).*\n((?:\t.*\n?)*)/m;

/** A Makefile's `test` target; its output is read where the recipe itself names the framework. */
export const makeTests: CheckSource = {
  name: 'make',
  async detect(project) {
    for (const file of MAKEFILES) {
      const target = TARGET.exec((await project.read(file)) ?? '');
      if (target) return { command: 'make test', framework: frameworkIn(target[1]!) ?? 'plain' };
    }
    return null;
  },
};
