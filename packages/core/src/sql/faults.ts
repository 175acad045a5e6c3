/** A failure of the database under a name of ours. */
export interface Fault {
  readonly code: string;
  /** `where`: the file, or the server's address without its password. */
  readonly message: (where: string) => string;
  readonly hint: string;
}

const OTHER_HOME = 'set HEDDLE_HOME to a folder on another disk, then `heddle resume`';

export const NO_WRITE: Fault = {
  code: 'journal-not-writable',
  message: (where) => `the journal ${where} cannot be written`,
  hint: 'check its permissions, or set HEDDLE_HOME to another folder',
};

export const DISK_FULL: Fault = {
  code: 'disk-full',
  message: (where) => `the disk is full: the journal ${where} cannot grow`,
  hint: `free some space and \`heddle resume\`, or ${OTHER_HOME}`,
};

export const DAMAGED: Fault = {
  code: 'journal-damaged',
  message: (where) => `${where} is damaged or no Heddle journal`,
  hint: 'move it away, or set HEDDLE_HOME to another folder',
};

export const LOCKED: Fault = {
  code: 'journal-busy',
  message: (where) => `the journal ${where} is locked by another process, and stayed so`,
  hint: 'try again, or stop the other process',
};

export const IO_ERROR: Fault = {
  code: 'journal-io-error',
  message: (where) => `the disk refused to read or write the journal ${where}`,
  hint: `look at the disk (dmesg), or ${OTHER_HOME}`,
};

export const TAKEN: Fault = {
  code: 'journal-position-taken',
  message: (where) => `another process wrote to the same rollout in ${where}`,
  hint: 'only one process may run a rollout; `heddle list` shows which are running',
};
