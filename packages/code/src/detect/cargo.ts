import type { CheckSource } from './check-source.ts';

/** A crate's tests. Without the option cargo stops at the first target that fails and hides the others. */
export const cargoTests: CheckSource = {
  name: 'cargo',
  async detect(project) {
    return (await project.has('Cargo.toml'))
      ? { command: 'cargo test --no-fail-fast', framework: 'cargo' }
      : null;
  },
};
