import { Fragment, useState } from 'react';
import type { CellTold, EvidenceKind, SelectionTold, TestTold } from '../../../src/told/crosscheck.ts';
import { Column } from '../parts/column.tsx';
import { duration } from '../words.ts';
import { LongTextView } from './long-text-view.tsx';

const SECTIONS: Readonly<Record<EvidenceKind, string>> = {
  check: 'Checks',
  regression: 'Checks with the repository’s own tests put back',
  reproduction: 'Reproductions',
  tests: 'Tests written by attempts',
  behaviour: 'Behaviour on generated inputs',
  ablation: 'Without one part of a change',
};

interface Looked {
  readonly test: TestTold;
  readonly cell: CellTold;
}

/** Tests by candidates: what each said of whom. A cell shows what was printed. */
export function EvidenceMatrix({
  selection: { candidates, tests, chosen },
}: {
  readonly selection: SelectionTold;
}) {
  const [looked, setLooked] = useState<Looked | null>(null);
  const abouts = candidates
    .filter(
      ({ candidate, out }) =>
        out === null && tests.some(({ cells }) => cells.some((cell) => cell.about === candidate)),
    )
    .map(({ candidate }) => candidate);
  const counted = tests.filter(({ dismissed }) => dismissed === null);
  const sections = [...Map.groupBy(counted, ({ kind }) => kind)].map(([kind, rows]) => ({
    title: SECTIONS[kind],
    rows,
  }));
  const useless = tests.filter(({ dismissed }) => dismissed !== null);
  const all = useless.length === 0 ? sections : [...sections, { title: 'Set aside', rows: useless }];
  return (
    <>
      <h4>Evidence</h4>
      <div className="matrix-scroll">
        <table className="matrix">
          <thead>
            <tr>
              <Column>Test</Column>
              <Column title="The files as they were">base</Column>
              {abouts.map((about) => (
                <Column key={about} className={about === chosen?.candidate ? 'matrix-chosen' : undefined}>
                  #{about}
                </Column>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map(({ title, rows }) => (
              <Fragment key={title}>
                <tr className="matrix-section">
                  <th scope="rowgroup" colSpan={abouts.length + 2}>
                    {title}
                  </th>
                </tr>
                {rows.map((test) => (
                  <tr key={test.test} className={test.dismissed === null ? undefined : 'matrix-useless'}>
                    <th scope="row">
                      <span className="matrix-name" title={test.test}>
                        {test.test}
                      </span>
                      {test.by !== null && !test.test.includes(`#${test.by}`) && (
                        <span className="dim"> of #{test.by}</span>
                      )}
                      {test.dismissed !== null && <span className="dim"> {test.dismissed}</span>}
                    </th>
                    {[0, ...abouts].map((about) => (
                      <Cell
                        key={about}
                        cell={test.cells.find((cell) => cell.about === about)}
                        open={looked?.test === test && looked.cell.about === about}
                        onLook={(cell) => setLooked({ test, cell })}
                      />
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      <p className="dim">
        ✓ passes · ✗ fails · ~ not the same twice · ∅ could not run, or hung · same letter, same behaviour
      </p>
      {looked !== null && (
        <section className="piece" aria-label="What was printed">
          <header className="action-head">
            <span className="action-title">
              <strong>{looked.test.test}</strong> on{' '}
              {looked.cell.about === 0 ? 'the files as they were' : `#${looked.cell.about}`}:{' '}
              {looked.cell.outcome}
            </span>
            <span className="action-took">{duration(looked.cell.seconds)}</span>
            <button type="button" className="quiet" onClick={() => setLooked(null)} aria-label="Close">
              ✕
            </button>
          </header>
          {looked.cell.failing.length > 0 && (
            <ul className="check-names">
              {looked.cell.failing.map((name) => (
                <li key={name} className="mono">
                  ✗ {name}
                </li>
              ))}
            </ul>
          )}
          <LongTextView
            key={looked.cell.output}
            text={{ text: '', cut: 0, whole: looked.cell.output }}
            opened
          />
        </section>
      )}
    </>
  );
}

function Cell({
  cell,
  open,
  onLook,
}: {
  readonly cell: CellTold | undefined;
  readonly open: boolean;
  onLook(cell: CellTold): void;
}) {
  if (cell === undefined) return <td className="matrix-cell">·</td>;
  const { outcome, flaky, letter, passed, failed } = cell;
  const [sign, tone] = flaky
    ? ['~', 'warn']
    : letter !== null
      ? [letter, 'live']
      : outcome === 'passed'
        ? ['✓', 'good']
        : outcome === 'failed'
          ? ['✗', 'bad']
          : ['∅', 'warn'];
  const counts = passed === null ? '' : `, ${passed} passed, ${failed} failed`;
  return (
    <td className={`matrix-cell matrix-${tone}`}>
      <button
        type="button"
        className="quiet"
        aria-pressed={open}
        onClick={() => onLook(cell)}
        aria-label={`${flaky ? 'not the same twice' : outcome}${letter === null ? '' : `, behaviour ${letter}`}${counts}`}
      >
        {sign}
      </button>
    </td>
  );
}
