/** `1 task`, `1,200 tasks`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share in points: `5`, `20.3`. */
export function points(share: number): string {
  return `${Number((share * 100).toFixed(1)).toLocaleString('en-US')} points`;
}
