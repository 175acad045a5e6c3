import { useState } from 'react';
import { useLocation } from 'wouter';
import type { BegunTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { AmountField } from './amount-field.tsx';
import { Field, numberOf, wordOf } from './field.tsx';
import { Popup } from './popup.tsx';
import { useWays, WayFields } from './way-fields.tsx';

interface ForkFormProps {
  readonly rollout: string;
  /** The step that is looked at; null: the first. */
  readonly step: number | null;
}

/** Another way from a step: the past is shared, and the rollout itself stays as it is. */
export function ForkForm({ rollout, step }: ForkFormProps) {
  const [, go] = useLocation();
  const [from, setFrom] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const [seed, setSeed] = useState('');
  const ways = useWays();
  const here = from ?? String(step ?? 0);
  const act = async () => {
    const { id } = await say<BegunTold>(`/rollouts/${rollout}/fork`, {
      ...ways.asked(),
      step: numberOf(here),
      say: wordOf(told),
      seed: numberOf(seed),
    });
    go(`/rollouts/${id}`);
  };
  return (
    <Popup
      button={step === null ? 'Fork …' : `Fork from step ${step} …`}
      title="Go another way"
      does="Begin the fork"
      act={act}
    >
      <p className="dim">
        It shares the steps before, then goes its own way with the agent as it is now, which may be a newer
        version. What it asks is asked here.
      </p>
      <AmountField
        label="After step"
        hint="0: before the first"
        min={0}
        required
        value={here}
        onChange={setFrom}
      />
      <Field label="Tell it first">
        <textarea rows={3} value={told} onChange={(event) => setTold(event.target.value)} />
      </Field>
      <WayFields ways={ways} />
      <AmountField label="Seed" min={0} placeholder="as before" value={seed} onChange={setSeed} />
    </Popup>
  );
}
