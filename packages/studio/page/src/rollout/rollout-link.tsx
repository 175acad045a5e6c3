import { useContext } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { InDialog } from '../shell/keys.tsx';
import { withoutPlace } from './place.ts';

interface RolloutLinkProps {
  readonly rollout: string;
  readonly step?: number;
  readonly className?: string;
  readonly children: React.ReactNode;
}

/** Another rollout, or a step of one: in the drawer where it stands in one, else on its page. */
export function RolloutLink({ rollout, step, className, children }: RolloutLinkProps) {
  const inDrawer = useContext(InDialog);
  const [location] = useLocation();
  const [search] = useSearchParams();
  const next = inDrawer ? withoutPlace(search) : new URLSearchParams();
  if (inDrawer) next.set('rollout', rollout);
  if (step !== undefined) next.set('step', String(step));
  const path = inDrawer ? location : `/rollouts/${rollout}`;
  return (
    <Link href={next.size === 0 ? path : `${path}?${next}`} className={className ?? ''}>
      {children}
    </Link>
  );
}
