import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { HomePage } from './home/home-page.tsx';
import { Loading } from './parts/loading.tsx';
import { Nothing } from './parts/nothing.tsx';
import { Shell } from './shell/shell.tsx';

/** Each page is loaded when it is first opened; `packages/studio/page/src/<page>/`. */
const PAGES: readonly (readonly [
  path: string,
  page: React.ComponentType<{ params: Record<string, string> }>,
])[] = [];

export function App() {
  return (
    <Shell>
      <Suspense fallback={<Loading what="page" />}>
        <Switch>
          <Route path="/" component={HomePage} />
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
    </Shell>
  );
}
