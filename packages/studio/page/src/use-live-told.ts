import { useQueryClient } from '@tanstack/react-query';
import { useTold } from './api.ts';
import { type Connection, useLive } from './use-live.ts';

/** What `useTold` gives, kept up to date where each piece of news is the whole answer anew. Null: nothing is asked for. */
export function useLiveTold<T>(path: string | null): {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly connection: Connection;
} {
  const queries = useQueryClient();
  const { data, error } = useTold<T>(path);
  const connection = useLive<T>(path, { onNews: (news) => queries.setQueryData([path], news) });
  return { data, error, connection };
}
