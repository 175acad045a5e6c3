import type { CheckSource } from './check-source.ts';

/** What `node --test` runs by itself: files in a `test` folder, and files named as tests. */
const RUN_BY_DEFAULT = /(?:^|\/)(?:test\/.*|test|test-[^/]*|[^/]*[.\-_]test)\.[cm]?[jt]s$/;
const USES_NODE_TEST = /['"]node:test['"]/;
/** One test file that uses it decides; more than this many others say it isn't. */
const MAX_READ = 40;

/** Test files for node's own runner in a project whose package.json doesn't run them. */
export const nodeTestFiles: CheckSource = {
  name: 'node',
  async detect(project) {
    const files = (await project.files()).filter((path) => RUN_BY_DEFAULT.test(path)).slice(0, MAX_READ);
    for (const path of files) {
      const text = await project.read(path);
      if (text !== null && USES_NODE_TEST.test(text))
        return { command: 'node --test', framework: 'node:test' };
    }
    return null;
  },
};
