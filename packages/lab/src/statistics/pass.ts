/** That one of `k` attempts drawn from `n` is right, `c` of which are: 1 - C(n-c, k) / C(n, k) (Chen et al. 2021). Needs n >= k. */
export function passAt(n: number, c: number, k: number): number {
  let none = 1;
  for (let i = 0; i < k; i++) none *= Math.max(0, n - c - i) / (n - i);
  return 1 - none;
}

/** That all of `k` attempts drawn from `n` are right: C(c, k) / C(n, k). Needs n >= k. */
export function passAll(n: number, c: number, k: number): number {
  let all = 1;
  for (let i = 0; i < k; i++) all *= Math.max(0, c - i) / (n - i);
  return all;
}
