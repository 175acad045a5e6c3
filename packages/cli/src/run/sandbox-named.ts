import { OperatorError } from '@heddle/core';
import { SANDBOX_KINDS, type SandboxKind } from '@heddle/workspace';

/** The kind of sandbox an option names. Throws OperatorError `unknown-sandbox`. */
export function sandboxNamed(name = 'auto'): SandboxKind | 'auto' {
  const kind = (['auto', ...SANDBOX_KINDS] as const).find((each) => each === name);
  if (kind !== undefined) return kind;
  throw new OperatorError('unknown-sandbox', `there is no sandbox "${name}"`, {
    hint: `the kinds are auto, ${SANDBOX_KINDS.join(', ')}; \`heddle doctor\` says which work here`,
  });
}
