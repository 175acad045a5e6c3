import { useState } from 'react';

const KEY = 'heddle.person';

/** Who rates, as they last wrote it in this browser. */
export function usePerson(): readonly [person: string, set: (person: string) => void] {
  const [person, setPerson] = useState(() => localStorage.getItem(KEY) ?? '');
  return [
    person,
    (next) => {
      localStorage.setItem(KEY, next);
      setPerson(next);
    },
  ];
}
