import { useLocation, useSearchParams } from 'wouter';
import { withoutPlace } from './place.ts';

/** The address of a rollout, at a step where one is given, as a drawer over the page that is open. */
export function useDrawerHref(): (rollout: string, step?: number) => string {
  const [path] = useLocation();
  const [params] = useSearchParams();
  return (rollout, step) => {
    const next = withoutPlace(params);
    next.set('rollout', rollout);
    if (step !== undefined) next.set('step', String(step));
    return `${path}?${next}`;
  };
}
