import type { ObjectTold } from '../../../src/told/step.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { PatchView } from './patch-view.tsx';

/** Of one patch; longer ones are cut. */
const MOST_BYTES = 1_000_000;

/** A patch that is kept as an object. */
export function ObjectPatch({ digest, title }: { readonly digest: string; readonly title: string }) {
  const { data, error } = useTold<ObjectTold>(`/objects/${digest}?limit=${MOST_BYTES}`);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the change" />;
  return (
    <section aria-label={title} className="object-patch">
      <h4>{title}</h4>
      {data.text === '' ? <p className="dim">It changes nothing.</p> : <PatchView patch={data.text} />}
    </section>
  );
}
