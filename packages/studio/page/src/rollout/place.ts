export const VIEWS = ['steps', 'patch', 'agents', 'crosscheck', 'facts'] as const;
export type View = (typeof VIEWS)[number];

/** What is shown of a step. */
export const SIDES = ['all', 'diff', 'sofar', 'prompt'] as const;
export type Side = (typeof SIDES)[number];

/** Where in a rollout somebody is; all of it is in the address. */
export interface Place {
  /** Null: the last one of a rollout that runs, else the first. */
  readonly step: number | null;
  readonly view: View | null;
  readonly side: Side;
}

export function placeIn(search: URLSearchParams): Place {
  const step = Number(search.get('step') ?? Number.NaN);
  return {
    step: Number.isSafeInteger(step) ? step : null,
    view: VIEWS.find((each) => each === search.get('view')) ?? null,
    side: SIDES.find((each) => each === search.get('side')) ?? 'all',
  };
}

/** The address of another place; what else is in it stays. */
export function placed(before: URLSearchParams, next: Partial<Place>): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(next)) {
    if (value === null || (name === 'side' && value === 'all')) after.delete(name);
    else after.set(name, String(value));
  }
  return after;
}

const OURS = ['rollout', 'step', 'view', 'side'];

/** The address of the page below a drawer. */
export function withoutPlace(search: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...search].filter(([name]) => !OURS.includes(name)));
}
