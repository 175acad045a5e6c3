import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { exported, isExport } from './export-files.ts';

/** What the server said instead of an answer: one line, and what to do. */
export class Refusal extends Error {
  readonly hint: string | null;
  readonly code: string | null;
  readonly status: number;

  constructor(
    message: string,
    { status, code, hint }: { status: number; code: string | null; hint: string | null },
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** GET `/api/…`. The server and this page are of one build, so its JSON is taken as the types in `src/told` say. */
export async function told<T>(path: string): Promise<T> {
  return isExport() ? exported<T>(path) : answerOf<T>(await fetch(`/api${path}`));
}

/** POST `/api/…` with JSON. */
export async function say<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return answerOf<T>(await fetch(`/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => ({}))) as {
    error?: string;
    code?: string;
    hint?: string | null;
  };
  if (response.ok) return body as T;
  throw new Refusal(body.error ?? `the Studio answered ${response.status}`, {
    status: response.status,
    code: body.code ?? null,
    hint: body.hint ?? null,
  });
}

/** What a page shows; its path is its key in the cache. Null: nothing is asked for. */
export function useTold<T>(path: string | null): UseQueryResult<T, Error> {
  return useQuery<T, Error>({ queryKey: [path], queryFn: () => told<T>(path!), enabled: path !== null });
}

/**
 * The same, asked again every so many milliseconds while somebody looks: for what is small and changes seldom, and holds no
 * connection, of which a browser has six.
 */
export function useToldOften<T>(path: string, everyMs: number): UseQueryResult<T, Error> {
  return useQuery<T, Error>({ queryKey: [path], queryFn: () => told<T>(path), refetchInterval: everyMs });
}

/** The same of what changes while it is looked at: asked anew for another `version`, the last answer shown meanwhile. */
export function useToldAnew<T>(
  path: string,
  version: string,
): { readonly data: T | undefined; readonly error: Error | null } {
  const last = useRef<{ readonly path: string; readonly data: T } | null>(null);
  const { data, error } = useQuery<T, Error>({
    queryKey: [path, version],
    queryFn: () => told<T>(path),
    gcTime: ANEW_KEPT_MS,
  });
  if (data !== undefined) last.current = { path, data };
  return { data: last.current?.path === path ? last.current.data : undefined, error };
}

/** Answers of versions that are past. */
const ANEW_KEPT_MS = 10_000;
