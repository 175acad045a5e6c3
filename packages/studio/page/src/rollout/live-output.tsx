import type { PrintedTold } from '../../../src/told/step.ts';
import { useToldOften } from '../api.ts';
import { useGoing } from './going.tsx';
import { Terminal } from './terminal.tsx';

const EVERY_MS = 1_000;

/** What a running action has printed lately; nothing where it runs on another machine. */
export function LiveOutput({ call }: { readonly call: string }) {
  const { rollout } = useGoing();
  const { data } = useToldOften<PrintedTold | null>(`/rollouts/${rollout}/printed`, EVERY_MS);
  return data?.call === call ? <Terminal text={data.text} /> : null;
}
