import { useState } from 'react';
import { remember, remembered } from '../browser-storage.ts';

const KEY = 'heddle-person';

/** Who rates, as they last wrote it in this browser. */
export function usePerson(): readonly [person: string, set: (person: string) => void] {
  const [person, setPerson] = useState(() => remembered(KEY) ?? '');
  return [
    person,
    (next) => {
      remember(KEY, next);
      setPerson(next);
    },
  ];
}
