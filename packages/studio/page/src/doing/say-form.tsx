import { useState } from 'react';
import { say } from '../api.ts';
import { Field } from './field.tsx';
import { Popup } from './popup.tsx';
import { useDoingAgain } from './use-doing.ts';

/** Something that the agent is told with its next step. */
export function SayForm({ rollout, running }: { readonly rollout: string; readonly running: boolean }) {
  const again = useDoingAgain();
  const [text, setText] = useState('');
  const act = async () => {
    await say(`/rollouts/${rollout}/say`, { text });
    setText('');
    await again(rollout);
  };
  return (
    <Popup button="Instruct …" title="Tell the agent" does="Say it" act={act}>
      <Field
        label="Instruction"
        hint={
          running
            ? 'The agent reads it before its next step.'
            : 'The agent reads it when the rollout is resumed.'
        }
      >
        <textarea rows={4} required value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
    </Popup>
  );
}
