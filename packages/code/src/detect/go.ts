import type { CheckSource } from './check-source.ts';

/** A Go module's tests, or those of a workspace's modules. */
export const goTests: CheckSource = {
  name: 'go',
  async detect(project) {
    if (!(await project.has('go.mod'))) return null;
    const tested = (await project.files()).some((path) => path.endsWith('_test.go'));
    return tested ? { command: 'go test ./...', framework: 'go' } : null;
  },
};
