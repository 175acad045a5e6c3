import { OperatorError, systemCode } from '@heddle/core';

/** A disk that takes nothing more is the operator's to mend: OperatorError `disk-full` or `disk-not-writable`. */
export function namedDiskFault(error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new OperatorError('disk-full', 'the disk is full: working copies and snapshots cannot grow', {
        hint: `free some space and \`heddle resume\`, or ${OTHER_HOME}`,
        cause: error,
      });
    case 'EROFS':
      return new OperatorError('disk-not-writable', 'the folder of working copies cannot be written', {
        hint: OTHER_HOME,
        cause: error,
      });
    default:
      return error;
  }
}

const OTHER_HOME = 'set HEDDLE_HOME to a folder on another disk';

export async function namingDiskFaults<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw namedDiskFault(error);
  }
}
