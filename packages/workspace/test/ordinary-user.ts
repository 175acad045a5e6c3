import { execFileSync } from 'node:child_process';

/** Number of the user that owns nothing. */
export const NOBODY = 65534;

/** Who can be tried as: a command in front, or why it is impossible. */
export interface Person {
  readonly name: string;
  readonly become: readonly string[];
  readonly refusal: string | null;
}

/** This user; for root an ordinary one too, who must be able to read `script`. */
export function people(script: string): Person[] {
  if (process.getuid?.() !== 0) return [{ name: 'this user', become: [], refusal: null }];
  const become = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];
  let refusal: string | null = null;
  try {
    execFileSync('setpriv', [...become.slice(1), process.execPath, '--check', script], { stdio: 'ignore' });
  } catch {
    refusal = 'an ordinary user cannot read the checkout';
  }
  return [
    { name: 'root', become: [], refusal: null },
    { name: 'an ordinary user', become, refusal },
  ];
}
