import { isPeerEvent, OperatorError, type Recorded, type RolloutEvent } from '@heddle/core';

/** The events of one step, from the request to its reports; step 0 is all that comes before the first request. */
export function eventsOfStep(events: readonly Recorded[], step: number): readonly Recorded[] {
  let last = 0;
  const asked = events.flatMap(({ event }, index) => {
    const begun = beginOf(event, last);
    if (begun === null) return [];
    last = begun;
    return [{ index, step: begun }];
  });
  const starts = [{ index: 0, step: 0 }, ...asked];
  const first = starts.findIndex((start) => start.step === step);
  if (first === -1) {
    throw new OperatorError('no-such-step', `there is no step ${step}`, {
      hint: `the steps are 0 to ${starts.at(-1)!.step}`,
    });
  }
  // A step that was interrupted is asked for again: it begins anew, and both tries belong to it.
  const next = starts.find((start, index) => index > first && start.step !== step);
  return events.slice(starts[first]!.index, next?.index);
}

/** The step that begins with this event; of a foreign program, whose requests nobody sees, with the first thing of it. */
function beginOf(event: RolloutEvent, last: number): number | null {
  if (event.type === 'model.requested') return event.step;
  return isPeerEvent(event) && 'step' in event && event.step > last ? event.step : null;
}
