import { printable } from './text.ts';

/** A program was not let through to a host: the person can allow it the next time. */
export function refusedHost(host: string): string {
  return `  ! network: ${printable(host)} is not allowed (--allow-host ${printable(host)})`;
}
