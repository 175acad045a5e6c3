/** Holm 1979: the chance of any false alarm among all stays below the level. In the order given. */
export function holm(ps: readonly number[]): number[] {
  return stepped(ps, (order) => {
    let highest = 0;
    return order.map((p, rank) => {
      highest = Math.max(highest, Math.min(1, p * (order.length - rank)));
      return highest;
    });
  });
}

/** Benjamini and Hochberg 1995: the share of false alarms among the alarms stays below the level. In the order given. */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  return stepped(ps, (order) => {
    let lowest = 1;
    const back = order.map((_, at) => {
      const rank = order.length - at;
      lowest = Math.min(lowest, (order[rank - 1]! * order.length) / rank);
      return lowest;
    });
    return back.reverse();
  });
}

function stepped(ps: readonly number[], adjust: (sorted: readonly number[]) => readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = adjust(order.map((index) => ps[index]!));
  const result = Array<number>(ps.length).fill(1);
  order.forEach((index, rank) => {
    result[index] = adjusted[rank]!;
  });
  return result;
}
