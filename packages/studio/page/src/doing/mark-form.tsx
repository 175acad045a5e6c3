import { useState } from 'react';
import type { DoingTold, MarkTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { Field, wordOf } from './field.tsx';
import { PersonField } from './person-field.tsx';
import { Popup } from './popup.tsx';
import { useKeepDoing, useMarksAgain } from './use-doing.ts';
import { usePerson } from './use-person.ts';

/** Says that an instance is broken, or that it is not after all. */
export function MarkForm({ rollout, mark }: { readonly rollout: string; readonly mark: MarkTold }) {
  const keep = useKeepDoing();
  const marksAgain = useMarksAgain();
  const [person, setPerson] = usePerson();
  const [note, setNote] = useState(mark.note);
  const act = async () => {
    const body = { broken: !mark.broken, note, by: wordOf(person) };
    keep(await say<DoingTold>(`/rollouts/${rollout}/mark`, body));
    await marksAgain();
  };
  return (
    <Popup
      button={mark.broken ? '▨ Instance is broken' : 'Mark instance …'}
      title={mark.instance}
      does={mark.broken ? 'Mark as sound' : 'Mark as broken'}
      act={act}
    >
      <p className="dim">
        {mark.broken
          ? `Marked as broken by ${mark.by}.`
          : 'Broken: its tests or its description are wrong, so it says nothing about agents.'}
      </p>
      <Field label="Why">
        <textarea
          rows={3}
          required={!mark.broken}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Field>
      <PersonField person={person} onChange={setPerson} />
    </Popup>
  );
}
