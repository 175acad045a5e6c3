import type * as PlotLibrary from '@observablehq/plot';
import { useEffect, useRef, useState } from 'react';

export type PlotModule = typeof PlotLibrary;
type PlotOptions = NonNullable<Parameters<PlotModule['plot']>[0]>;

const HEIGHT = 260;
const NARROWEST = 240;

/** Colours and signs of agents, the same in every plot and table: colour is never alone. */
export function seriesOf(names: readonly string[]): NonNullable<PlotOptions['color']> {
  return { domain: names, range: names.map((_, at) => `var(--series-${(at % 5) + 1})`) };
}

/**
 * A plot by `@observablehq/plot`, which is loaded when the first one is drawn, as wide as its place; its numbers can be
 * read as a table below.
 */
export function Figure({
  title,
  about,
  make,
  instead = null,
  numbers,
}: {
  readonly title: string;
  /** What there is to see, for who cannot. */
  readonly about: string;
  /** Must keep its identity as long as the data do. */
  readonly make: (Plot: PlotModule) => PlotOptions;
  /** Said in place of a plot that would show nothing. */
  readonly instead?: string | null;
  readonly numbers: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}) {
  return (
    <figure className={instead === null ? 'plot panel' : 'plot plot-worded panel'}>
      <figcaption>{title}</figcaption>
      {instead === null ? <Drawn about={about} make={make} /> : <p className="plot-instead">{instead}</p>}
      <details>
        <summary>Numbers</summary>
        <div className="plot-numbers">
          <table>
            <thead>
              <tr>
                {numbers.head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {numbers.rows.map((row) => (
                <tr key={row.join()}>
                  {row.map((cell, at) =>
                    at === 0 ? (
                      <th key={numbers.head[at]} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={numbers.head[at]}>{cell}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function Drawn({ about, make }: Pick<Parameters<typeof Figure>[0], 'about' | 'make'>) {
  const place = useRef<HTMLDivElement>(null);
  const [Plot, setPlot] = useState<PlotModule | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    let wanted = true;
    void import('@observablehq/plot').then((loaded) => wanted && setPlot(loaded));
    return () => {
      wanted = false;
    };
  }, []);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (Plot === null || width < NARROWEST) return;
    const drawn = Plot.plot({ height: HEIGHT, ...make(Plot), width });
    drawn.setAttribute('aria-hidden', 'true');
    place.current!.replaceChildren(drawn);
  }, [Plot, make, width]);
  return <div ref={place} className="plot-place" role="img" aria-label={about} />;
}
