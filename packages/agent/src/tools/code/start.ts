import { quote } from '../attempt/quote.ts';
import { JUPYTER_BRIDGE } from './jupyter-bridge.ts';
import { NODE_KERNEL } from './node-kernel.ts';
import { PYTHON_KERNEL } from './python-kernel.ts';

/** How a kernel is started: shell commands, each tried when the one before it gave no kernel. */
export interface Start {
  readonly program: string;
  readonly commands: readonly string[];
}

/** Exit code of a command that is not for this machine, so that the next one is tried without a word. */
export const NOT_HERE = 97;

const HAS_JUPYTER =
  'import importlib.util as u, sys; sys.exit(0 if u.find_spec("ipykernel") and u.find_spec("jupyter_client") else 1)';

export const PYTHON: Start = {
  program: 'python3',
  commands: [
    `python3 -c ${quote(HAS_JUPYTER)} 2>/dev/null || exit ${NOT_HERE}; exec python3 -c ${quote(JUPYTER_BRIDGE)}`,
    `exec python3 -c ${quote(PYTHON_KERNEL)}`,
  ],
};

/**
 * What is printed goes through a named pipe of its own, read apart from where it is written: a reader that never waits
 * must not make the writers so.
 */
export const NODE: Start = {
  program: 'node',
  commands: [
    `command -v node >/dev/null || { echo 'there is no node on the PATH' >&2; exit 127; }
set -e; folder=$(mktemp -d); mkfifo "$folder/output"
exec 36<>"$folder/output"; exec 35<"$folder/output" 33<&0 34>&1 32>&2 0</dev/null; exec 1>"$folder/output" 36>&-
rm -r "$folder"; exec node -e ${quote(NODE_KERNEL)} 2>&1`,
  ],
};
