import { say } from '../api.ts';
import { Popup } from './popup.tsx';
import { useWays, WayFields } from './way-fields.tsx';

/** Goes on where it ended, with higher limits where it ended at one. */
export function ResumeForm({ rollout }: { readonly rollout: string }) {
  const ways = useWays();
  return (
    <Popup
      button="Resume …"
      title="Go on where it ended"
      does="Resume"
      act={() => say(`/rollouts/${rollout}/resume`, ways.asked())}
    >
      <WayFields ways={ways} limits="as before" />
    </Popup>
  );
}
