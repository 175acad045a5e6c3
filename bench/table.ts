export type Row = Readonly<Record<string, string | number>>;

/** Prints rows as a Markdown table; the columns are those of the first row that has most. */
export function printTable(rows: readonly Row[]): void {
  const widest = rows.reduce((a, b) => (Object.keys(b).length > Object.keys(a).length ? b : a));
  const names = [...new Set([...Object.keys(widest), ...rows.flatMap((row) => Object.keys(row))])];
  console.log(`| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${names.map((name) => row[name] ?? '').join(' | ')} |`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
