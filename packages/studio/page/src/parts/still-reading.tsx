/** A store that was never looked at is read bit by bit. */
export function StillReading({ count }: { readonly count: number }) {
  return (
    <p className="dim" role="status">
      {count} more {count === 1 ? 'is' : 'are'} being read …
    </p>
  );
}
