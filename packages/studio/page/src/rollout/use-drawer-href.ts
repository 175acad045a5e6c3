import { useLocation, useSearchParams } from 'wouter';
import { placed } from './place.ts';

/** The address of a rollout, at a step where one is given, as a drawer over the page that is open. */
export function useDrawerHref(): (rollout: string, step?: number) => string {
  const [path] = useLocation();
  const [params] = useSearchParams();
  return (rollout, step) => {
    const next = new URLSearchParams(params);
    next.set('rollout', rollout);
    return `${path}?${step === undefined ? next : placed(next, { step })}`;
  };
}
