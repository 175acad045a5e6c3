import type { ParseLog, StatusMap } from './parser.ts';

interface Open {
  readonly tag: string;
  readonly name: string;
  failed: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16));
  });

/** doctest for C++ with `-s -r=xml`: subcases of a test case, failed by any expression in them. */
export const doctest: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const from = log.indexOf('<doctest');
  const to = log.indexOf('</doctest>', from);
  if (from < 0 || to < 0) return found;
  const open: Open[] = [];
  const close = ({ tag, name, failed }: Open) => {
    const cases = open.filter((other) => other.tag === 'TestCase');
    if (tag === 'SubCase')
      for (const each of cases) found.set(`${each.name} > ${name}`, failed ? 'FAILED' : 'PASSED');
  };
  for (const [, end, tag, attributes, alone] of log
    .slice(from, to)
    .matchAll(/<(\/?)(\w+)((?:\s+\w+="[^"]*")*)\s*(\/?)>/g)) {
    if (end === '/') {
      const last = open.pop();
      if (last !== undefined) close(last);
      continue;
    }
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(attributes!)?.[1];
    const element: Open = { tag: tag!, name: decoded(attribute('name') ?? 'None'), failed: false };
    if (tag === 'Expression' && attribute('success') !== 'true') for (const each of open) each.failed = true;
    if (alone === '/') close(element);
    else open.push(element);
  }
  return found;
};
