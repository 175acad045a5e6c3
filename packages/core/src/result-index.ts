/** How a rollout ended, and what it depended on. */
export interface SettledResult {
  readonly rollout: string;
  /** Digest of everything the result should follow from. */
  readonly setup: string;
  /** Digest of the result. */
  readonly result: string;
}

/**
 * Results by what they should follow from, so that the end of a rollout finds an earlier one of the same set-up by an
 * index, whatever the number of journals. It says nothing that the journals do not.
 */
export interface ResultIndex {
  /** Notes a result and gives the one of another rollout with the same set-up that was noted last before it. */
  settle(result: SettledResult): SettledResult | null;
}
