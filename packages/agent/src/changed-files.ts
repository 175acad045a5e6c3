import type { EventOf } from '@heddle/core';

type Changed = EventOf<'action.completed'>['changed'];
type Status = Changed[number]['status'];

/** What became of files since the start, by path, as far as actions changed them. */
export class ChangedFiles extends Map<string, Status> {
  /** What one action changed against the files before it. */
  add(changed: Changed): void {
    for (const { path, status } of changed) {
      const before = this.get(path);
      if (before === 'added' && status === 'deleted') this.delete(path);
      else if (before === 'added') this.set(path, 'added');
      else this.set(path, before === 'deleted' && status === 'added' ? 'modified' : status);
    }
  }
}
