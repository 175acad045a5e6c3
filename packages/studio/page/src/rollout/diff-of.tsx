import type { DiffTold } from '../../../src/told/step.ts';
import { useToldAnew } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { PatchView } from './patch-view.tsx';

/** A diff that the server makes. */
export function DiffOf({
  path,
  nothing,
  version = '',
}: {
  readonly path: string;
  readonly nothing: string;
  /** Of something that still changes. */
  readonly version?: string;
}) {
  const { data, error } = useToldAnew<DiffTold>(path, version);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the diff" />;
  if (data.patch === null)
    return <Nothing title="No diff to show">{data.why !== null && <p>{data.why}</p>}</Nothing>;
  if (data.patch === '') return <Nothing title={nothing} />;
  return <PatchView patch={data.patch} left={data.left} />;
}
