import { say } from '../api.ts';
import { Popup } from './popup.tsx';
import { useWays, WayFields } from './way-fields.tsx';

/** Resumes a rollout, with higher limits where it ended at one. */
export function ResumeForm({ rollout }: { readonly rollout: string }) {
  const ways = useWays();
  return (
    <Popup
      button="Resume …"
      title="Resume where it ended"
      does="Resume"
      act={() => say(`/rollouts/${rollout}/resume`, ways.asked())}
    >
      <WayFields ways={ways} />
    </Popup>
  );
}
