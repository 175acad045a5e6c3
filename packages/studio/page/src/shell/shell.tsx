import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { WaitingSign } from '../doing/waiting-sign.tsx';
import { exportedExperiment, isExport } from '../export-files.ts';
import { Keys } from './keys.tsx';
import { applyTheme, storedTheme, THEMES, type Theme } from './theme.ts';

const PLACES = [
  ['/', 'Home'],
  ['/experiments', 'Experiments'],
  ['/rollouts', 'Rollouts'],
  ['/versions', 'Versions'],
] as const;

/** A copy holds one experiment and what belongs to it. */
function placesHere(): readonly (readonly [path: string, name: string])[] {
  const copy = exportedExperiment();
  return copy === null ? PLACES : [[`/experiments/${copy}`, 'Experiment']];
}

/** What stands round every page. */
export function Shell({ children }: { readonly children: React.ReactNode }) {
  const [location] = useLocation();
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const turn = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    applyTheme(next);
    setTheme(next);
  };
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link href="/" className="brand">
          <span aria-hidden="true" className="brand-sign" />
          Heddle <span className="brand-part">Studio</span>
        </Link>
        <nav aria-label="Pages">
          {placesHere().map(([path, name]) => {
            const here = path === '/' ? location === '/' : location.startsWith(path);
            return (
              <Link key={path} href={path} aria-current={here ? 'page' : undefined}>
                {name}
              </Link>
            );
          })}
        </nav>
        <div className="top-tools">
          {!isExport() && <WaitingSign />}
          <Keys />
          <button type="button" className="quiet" onClick={turn} aria-label={`Theme: ${theme}`} title="Theme">
            {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}{' '}
            <span className="wide-only">{theme}</span>
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
