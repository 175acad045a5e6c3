import { type Selector, selector } from './selector.ts';

export const crosscheck: Selector = selector(
  { name: 'crosscheck', source: import.meta.url },
  async (candidates) => {
    const score = ({ end }: (typeof candidates)[number]) =>
      (end.work?.verified === true ? 2 : 0) + (end.work?.probability ?? 0);
    const ranked = [...candidates].sort((a, b) => score(b) - score(a));
    return {
      candidate: ranked[0]!.candidate,
      probability: ranked[0]!.end.work?.probability ?? 0.5,
      ranking: ranked.map((each) => ({ candidate: each.candidate, score: score(each), agrees: [] })),
      reasons: [],
    };
  },
);
