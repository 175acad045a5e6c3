import { ModelFacingError } from '@heddle/core';
import { quote } from '../sandbox/sandbox.ts';

/** Throws ModelFacingError `invalid-command`: no shell takes a NUL. */
export function checkCommand(command: string): void {
  if (command.includes('\0'))
    throw new ModelFacingError('invalid-command', 'the command contains a NUL character');
}

/** ` A='1' B='2'`, ready to follow a word. Throws ModelFacingError `invalid-variable`. */
export function assignments(env: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(env ?? {})
    .map(([name, value]) => {
      if (/^[A-Za-z_]\w*$/.test(name) && !value.includes('\0')) return ` ${name}=${quote(value)}`;
      throw new ModelFacingError('invalid-variable', `${name} cannot be an environment variable`);
    })
    .join('');
}
