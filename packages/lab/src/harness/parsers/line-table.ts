import type { ParseLog, TestStatus } from './parser.ts';
import { strip } from './python-text.ts';

export interface LineTable {
  /** Matched against each line without white space around it. Groups `status` and `name`. */
  readonly line: RegExp;
  /** What the status group may say; a line with another word is no outcome. */
  readonly means: Readonly<Record<string, TestStatus>>;
  /** The test's name as it is known, from the group and what it ended in. */
  readonly name?: (name: string, status: TestStatus) => string;
}

/** A parser for runners that print one line a test. */
export function byLine({ line, means, name = (text) => text }: LineTable): ParseLog {
  return (log) => {
    const found = new Map<string, TestStatus>();
    for (const raw of log.split('\n')) {
      const groups = line.exec(strip(raw))?.groups;
      const status = groups?.status === undefined ? undefined : means[groups.status];
      if (groups?.name === undefined || status === undefined) continue;
      found.set(name(groups.name, status), status);
    }
    return found;
  };
}
