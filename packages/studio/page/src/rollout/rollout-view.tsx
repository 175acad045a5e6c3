import './rollout.css';
import { lazy, Suspense, useEffect } from 'react';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { useKeys, useListedKeys } from '../shell/keys.tsx';
import { GoingOf, useGoingOf } from './going.tsx';
import type { Place, View } from './place.ts';
import { RolloutHead } from './rollout-head.tsx';
import { StepsView } from './steps-view.tsx';
import { useRollout } from './use-rollout.ts';

const WholePatch = lazy(() => import('./whole-patch.tsx').then((m) => ({ default: m.WholePatch })));
const AgentsView = lazy(() => import('./agents-view.tsx').then((m) => ({ default: m.AgentsView })));
const CrosscheckView = lazy(() =>
  import('./crosscheck-view.tsx').then((m) => ({ default: m.CrosscheckView })),
);
const CourseView = lazy(() => import('./course-view.tsx').then((m) => ({ default: m.CourseView })));
const FactsView = lazy(() => import('./facts-view.tsx').then((m) => ({ default: m.FactsView })));

export interface RolloutViewProps {
  readonly id: string;
  readonly place: Place;
  go(next: Partial<Place>): void;
  /** Of a drawer. */
  onClose?(): void;
}

/** Everything about one rollout: on its page and in the drawer alike. */
export function RolloutView({ id, place, go, onClose }: RolloutViewProps) {
  const open = useRollout(id);
  const { head, error } = open;
  const going = useGoingOf(head);
  useTitle(head);
  useKeys(keysOf(go, onClose));
  useListedKeys(onClose === undefined ? NO_KEYS : { Esc: 'close the rollout' });
  if (error !== null) return <Refused error={error} />;
  if (head === undefined) return <Loading what={`rollout ${id}`} />;
  const view = place.view ?? firstView(head);
  return (
    <GoingOf.Provider value={going}>
      <article className={onClose === undefined ? 'rollout' : 'rollout rollout-in-drawer'}>
        <RolloutHead
          head={head}
          connection={open.connection}
          step={place.step}
          {...(onClose === undefined ? {} : { onClose })}
        />
        <div className="rollout-tabs" role="tablist" aria-label="Parts of the rollout">
          {tabsOf(head).map(([name, title, count]) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={view === name}
              aria-controls="rollout-panel"
              onClick={() => go({ view: name })}
            >
              {title}
              {count !== null && <span className="rollout-count">{count}</span>}
            </button>
          ))}
        </div>
        <div className="rollout-panel" role="tabpanel" id="rollout-panel" aria-labelledby={`tab-${view}`}>
          <Suspense fallback={<Loading what={view} />}>
            {view === 'steps' && isOfParts(head) && <CourseView head={head} />}
            {view === 'steps' && !isOfParts(head) && (
              <StepsView open={open} head={head} place={place} go={go} />
            )}
            {view === 'patch' && <WholePatch head={head} />}
            {view === 'agents' && <AgentsView head={head} />}
            {view === 'crosscheck' && <CrosscheckView head={head} />}
            {view === 'facts' && <FactsView head={head} go={go} />}
          </Suspense>
        </div>
      </article>
    </GoingOf.Provider>
  );
}

/** All that it does is done by its parts, in rollouts of their own. */
function isOfParts({ parts, steps }: RolloutTold): boolean {
  return parts.length > 0 && steps <= 1;
}

function firstView(head: RolloutTold): View {
  return isOfParts(head) ? 'agents' : 'steps';
}

function tabsOf(head: RolloutTold): (readonly [name: View, title: string, count: string | null])[] {
  const { parts, selections, files } = head;
  const agents = [
    'agents',
    parts.length > 0 ? 'Agents & forks' : 'Forks',
    parts.length > 0 ? String(parts.length) : null,
  ] as const;
  const patch = ['patch', 'Patch', files.length === 0 ? null : String(files.length)] as const;
  return [
    ...(isOfParts(head)
      ? [agents, ['steps', 'Course', null] as const, patch]
      : [['steps', 'Steps', head.steps <= 1 ? null : String(head.steps - 1)] as const, patch, agents]),
    ...(selections > 0 ? [['crosscheck', 'Crosscheck', null] as const] : []),
    ['facts', 'Facts', null],
  ];
}

const NO_KEYS = {};

function keysOf(go: RolloutViewProps['go'], onClose: (() => void) | undefined) {
  return {
    s: ['steps of the rollout', () => go({ view: 'steps', side: 'all' })],
    w: ['whole patch', () => go({ view: 'patch' })],
    f: ['forks and agents', () => go({ view: 'agents' })],
    c: ['crosscheck', () => go({ view: 'crosscheck' })],
    i: ['facts about the rollout', () => go({ view: 'facts' })],
    ...(onClose === undefined ? {} : { x: ['close the rollout', onClose] as const }),
  } as const;
}

function useTitle(head: RolloutTold | undefined): void {
  const title = head?.line.task;
  useEffect(() => {
    if (title === undefined) return;
    const before = document.title;
    document.title = `${title} · Heddle Studio`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
