import { useQueryClient } from '@tanstack/react-query';
import type { DoingTold } from '../../../src/told/doing.ts';
import { useTold } from '../api.ts';
import { useLive } from '../use-live.ts';

/** What can be done about a rollout, live. */
export function useDoing(rollout: string): DoingTold | undefined {
  const queries = useQueryClient();
  const path = `/rollouts/${encodeURIComponent(rollout)}/doing`;
  const { data } = useTold<DoingTold>(path);
  useLive<DoingTold>(path, { onNews: (news) => queries.setQueryData([path], news) });
  return data;
}

/** Takes what the server told after something was done. */
export function useKeepDoing(): (told: DoingTold) => void {
  const queries = useQueryClient();
  return (told) => queries.setQueryData([`/rollouts/${encodeURIComponent(told.rollout)}/doing`], told);
}
