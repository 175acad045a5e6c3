import { lazy, Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { exportedExperiment } from './export-files.ts';
import { HomePage } from './home/home-page.tsx';
import { Loading } from './parts/loading.tsx';
import { Nothing } from './parts/nothing.tsx';
import { RolloutDrawer } from './rollout/rollout-drawer.tsx';
import { Shell } from './shell/shell.tsx';

/** Each page is loaded when it is first opened; `packages/studio/page/src/<page>/`. */
const PAGES: readonly (readonly [
  path: string,
  page: React.ComponentType<{ params: Record<string, string> }>,
])[] = [
  [
    '/experiments',
    lazy(() => import('./experiments/experiments-page.tsx').then((m) => ({ default: m.ExperimentsPage }))),
  ],
  [
    '/experiments/new',
    lazy(() => import('./doing/new-experiment-page.tsx').then((m) => ({ default: m.NewExperimentPage }))),
  ],
  [
    '/experiments/:id',
    lazy(() => import('./experiment/experiment-page.tsx').then((m) => ({ default: m.ExperimentPage }))),
  ],
  [
    '/rollouts',
    lazy(() => import('./rollouts/rollouts-page.tsx').then((m) => ({ default: m.RolloutsPage }))),
  ],
  [
    '/rollouts/:id',
    lazy(() => import('./rollout/rollout-page.tsx').then((m) => ({ default: m.RolloutPage }))),
  ],
  ['/side', lazy(() => import('./side/side-page.tsx').then((m) => ({ default: m.SidePage })))],
  ['/compare', lazy(() => import('./compare/compare-page.tsx').then((m) => ({ default: m.ComparePage })))],
  [
    '/versions',
    lazy(() => import('./versions/versions-page.tsx').then((m) => ({ default: m.VersionsPage }))),
  ],
  [
    '/versions/diff',
    lazy(() => import('./versions/version-pair-page.tsx').then((m) => ({ default: m.VersionPairPage }))),
  ],
];

export function App() {
  const copy = exportedExperiment();
  // A page opened from a file has no paths of its own.
  const places = copy === null ? {} : { hook: useHashLocation };
  return (
    <Router {...places}>
      <Shell>
        <Suspense fallback={<Loading what="page" />}>
          <Switch>
            <Route path="/">
              {copy === null ? <HomePage /> : <Redirect to={`/experiments/${copy}`} replace />}
            </Route>
            {PAGES.map(([path, Page]) => (
              <Route key={path} path={path}>
                {(params) => <Page params={params as Record<string, string>} />}
              </Route>
            ))}
            <Route>
              <Nothing title="There is no such page">
                <a href="/">Go home</a>
              </Nothing>
            </Route>
          </Switch>
        </Suspense>
        <RolloutDrawer />
      </Shell>
    </Router>
  );
}
