import { useContext } from 'react';
import { Link } from 'wouter';
import { InDialog } from '../shell/keys.tsx';
import { useDrawerHref } from './use-drawer-href.ts';

interface RolloutLinkProps {
  readonly rollout: string;
  readonly step?: number;
  readonly className?: string;
  readonly children: React.ReactNode;
}

/** Another rollout, or a step of one: in the drawer where it stands in one, else on its page. */
export function RolloutLink({ rollout, step, className, children }: RolloutLinkProps) {
  const inDrawer = useContext(InDialog);
  const drawerHref = useDrawerHref();
  const ownPage = `/rollouts/${rollout}${step === undefined ? '' : `?step=${step}`}`;
  return (
    <Link href={inDrawer ? drawerHref(rollout, step) : ownPage} className={className ?? ''}>
      {children}
    </Link>
  );
}
