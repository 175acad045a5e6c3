import { OperatorError } from '@heddle/core';
import { SANDBOX_KINDS, type SandboxKind } from '@heddle/workspace';

/** `--sandbox`. Throws OperatorError `unknown-sandbox`. */
export function sandboxOption(kind = 'auto'): SandboxKind | 'auto' {
  const found = SANDBOX_KINDS.find((each) => each === kind);
  if (found !== undefined || kind === 'auto') return found ?? 'auto';
  throw new OperatorError('unknown-sandbox', `there is no sandbox ${kind}`, {
    hint: `the kinds are auto, ${SANDBOX_KINDS.join(', ')}; \`heddle doctor\` says which work here`,
  });
}
