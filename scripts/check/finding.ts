/** What one step of `npm run check` found. A step fails when it has problems; warnings are only shown. */
export interface Finding {
  /** One line about what was looked at, so that a step that looked at nothing is noticed. */
  readonly seen: string;
  readonly problems: readonly string[];
  readonly warnings?: readonly string[];
}
