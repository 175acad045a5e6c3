import { useState } from 'react';
import type { DoingTold } from '../../../src/told/doing.ts';
import { say } from '../api.ts';
import { AmountField } from './amount-field.tsx';
import { Field, wordOf } from './field.tsx';
import { PersonField } from './person-field.tsx';
import { Popup } from './popup.tsx';
import { useKeepDoing } from './use-doing.ts';
import { usePerson } from './use-person.ts';

const STARS = [
  [1, 'bad'],
  [2, 'poor'],
  [3, 'fair'],
  [4, 'good'],
  [5, 'very good'],
] as const;

interface RateFormProps {
  readonly rollout: string;
  readonly step: number | null;
  readonly steps: number;
  readonly ratings: DoingTold['ratings'];
}

/** 1 to 5 with a note, for the whole or for some of its steps. What was said before stays in the history. */
export function RateForm({ rollout, step, steps, ratings }: RateFormProps) {
  const keep = useKeepDoing();
  const [person, setPerson] = usePerson();
  const [part, setPart] = useState(false);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [stars, setStars] = useState<number | null>(null);
  const [note, setNote] = useState('');
  const first = from ?? String(step ?? 0);
  const last = to ?? String(step ?? steps);
  const act = async () => {
    const segment = part ? { from: Number(first), to: Number(last) } : null;
    keep(await say<DoingTold>(`/rollouts/${rollout}/rate`, { segment, stars, note, by: wordOf(person) }));
    setNote('');
  };
  const whole = ratings.find(({ segment }) => segment === null);
  return (
    <Popup
      button={whole === undefined ? 'Rate …' : `Rated ${whole.stars} of 5`}
      title="Rate this rollout"
      does="Keep the rating"
      act={act}
    >
      {ratings.length > 0 && (
        <ul className="doing-ratings">
          {ratings.map((each) => (
            <li key={`${each.segment?.from}-${each.segment?.to}-${each.by}`}>
              <strong>{each.stars} of 5</strong> {segmentText(each.segment)} by {each.by}
              {each.note !== '' && <>: {each.note}</>}
            </li>
          ))}
        </ul>
      )}
      <fieldset className="doing-stars">
        <legend>How good is it?</legend>
        {STARS.map(([value, word]) => (
          <label key={value}>
            <input
              type="radio"
              name="stars"
              required
              value={value}
              checked={stars === value}
              onChange={() => setStars(value)}
            />
            {value} <span className="dim">{word}</span>
          </label>
        ))}
      </fieldset>
      <Field label="About">
        <select value={part ? 'part' : 'whole'} onChange={(event) => setPart(event.target.value === 'part')}>
          <option value="whole">the whole rollout</option>
          <option value="part">some of its steps</option>
        </select>
      </Field>
      {part && (
        <div className="doing-limits">
          <AmountField label="From step" min={0} required value={first} onChange={setFrom} />
          <AmountField label="To step" min={first} required value={last} onChange={setTo} />
        </div>
      )}
      <Field label="Note">
        <textarea rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <PersonField person={person} onChange={setPerson} />
    </Popup>
  );
}

function segmentText(segment: DoingTold['ratings'][number]['segment']): string {
  if (segment === null) return 'for the whole';
  return segment.from === segment.to
    ? `for step ${segment.from}`
    : `for steps ${segment.from} to ${segment.to}`;
}
