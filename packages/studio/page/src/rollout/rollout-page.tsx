import { useSearchParams } from 'wouter';
import { placed, placeIn } from './place.ts';
import { RolloutView } from './rollout-view.tsx';

/** One rollout on a page of its own. */
export function RolloutPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const [search, setSearch] = useSearchParams();
  return (
    <RolloutView
      key={params.id}
      id={params.id!}
      place={placeIn(search)}
      go={(next) => setSearch((before) => placed(before, next), { replace: true })}
    />
  );
}
