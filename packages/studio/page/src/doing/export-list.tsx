import type { FormatTold } from '../../../src/told/doing.ts';
import { Popup } from './popup.tsx';

/** A link to a file for each format; `path` of the rollout or experiment below `/api`. */
export function ExportList({
  path,
  formats,
}: {
  readonly path: string;
  readonly formats: readonly FormatTold[];
}) {
  return (
    <Popup button="Export …" title="Export">
      <ul className="doing-formats">
        {formats.map(({ name, about }) => (
          <li key={name}>
            <a href={`/api${path}/export/${name}`} download>
              {name}
            </a>{' '}
            <span className="dim">{about}</span>
          </li>
        ))}
      </ul>
    </Popup>
  );
}
