import './versions.css';
import type { ValueChangeTold } from '../../../src/told/version.ts';

/** Values that differ, as they were and as they are; nothing where none does. */
export function ValueChanges({
  title,
  changes,
}: {
  readonly title: string;
  readonly changes: readonly ValueChangeTold[];
}) {
  if (changes.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <table className="config-diff">
        <tbody>
          {changes.map(({ key, was, is }) => (
            <tr key={key}>
              <th scope="row" className="mono">
                {key}
              </th>
              <td>
                <del className="mono">{was ?? 'none'}</del>
                <span aria-hidden="true"> → </span>
                <ins className="mono">{is ?? 'none'}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
