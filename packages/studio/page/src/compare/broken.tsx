import type { CompareTold } from '../../../src/told/compare.ts';
import { brokenWords } from '../experiment/broken-words.ts';
import { isExport } from '../export-files.ts';
import { useAddress } from '../use-address.ts';

/** That there are instances marked as broken, and the switch that leaves them out. */
export function Broken({ told: { broken } }: { readonly told: CompareTold }) {
  const [, change] = useAddress();
  if (broken.instances === 0) return null;
  return (
    <div className="compare-broken">
      <p className="warning">{brokenWords(broken.instances, broken.of, broken.leftOut)}.</p>
      {!isExport() && (
        <label>
          <input
            type="checkbox"
            checked={broken.leftOut}
            onChange={(event) => change({ without: event.target.checked ? 'broken' : null })}
          />{' '}
          without the marked
        </label>
      )}
    </div>
  );
}
