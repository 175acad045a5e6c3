export type Row = Readonly<Record<string, string | number>>;

/** Rows as a Markdown table; the columns are those of the row that has most, then the others'. */
export function tableOf(rows: readonly Row[]): string {
  const widest = rows.reduce((a, b) => (Object.keys(b).length > Object.keys(a).length ? b : a));
  const names = [...new Set([...Object.keys(widest), ...rows.flatMap((row) => Object.keys(row))])];
  const lines = rows.map((row) => `| ${names.map((name) => row[name] ?? '').join(' | ')} |`);
  return `${[`| ${names.join(' | ')} |`, `|${names.map(() => '---').join('|')}|`, ...lines].join('\n')}\n`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of an even number of values, the middle between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}
