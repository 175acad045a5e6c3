import { useState } from 'react';
import type { DoingTold, MarkTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { Field, wordOf } from './field.tsx';
import { Popup } from './popup.tsx';
import { useKeepDoing } from './use-doing.ts';
import { usePerson } from './use-person.ts';

/** Says that an instance is broken, or that it is not after all. */
export function MarkForm({ rollout, mark }: { readonly rollout: string; readonly mark: MarkTold }) {
  const keep = useKeepDoing();
  const [person, setPerson] = usePerson();
  const [note, setNote] = useState(mark.note);
  const act = async () => {
    const body = { broken: !mark.broken, note, by: wordOf(person) };
    keep(await say<DoingTold>(`/rollouts/${rollout}/mark`, body));
  };
  return (
    <Popup
      button={mark.broken ? '▨ Instance is broken' : 'Mark instance …'}
      title={mark.instance}
      does={mark.broken ? 'It is not broken' : 'It is broken'}
      act={act}
    >
      <p className="dim">
        {mark.broken
          ? `Marked as broken by ${mark.by}.`
          : 'Broken: its tests or its words are wrong, so it says nothing about agents.'}
      </p>
      <Field label="Why">
        <textarea rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <Field label="By">
        <input placeholder="you" value={person} onChange={(event) => setPerson(event.target.value)} />
      </Field>
    </Popup>
  );
}
