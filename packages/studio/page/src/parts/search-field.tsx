import { useRef } from 'react';
import { useKeys } from '../shell/keys.tsx';
import { useAddress } from '../use-address.ts';

/** A page's search, kept in its address as `q`: `/` goes there, Esc leaves it. */
export function SearchField({ label }: { readonly label: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [params, change] = useAddress();
  useKeys({ '/': [label.toLowerCase(), () => field.current?.focus()] });
  return (
    <input
      ref={field}
      type="search"
      placeholder="Search  /"
      aria-label={label}
      value={params.get('q') ?? ''}
      onChange={(event) => change({ q: event.target.value })}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  );
}
