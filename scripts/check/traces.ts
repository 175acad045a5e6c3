import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from './finding.ts';

/** What must not be written into any file, with the reason shown for it. */
export interface Trace {
  readonly text: string;
  readonly what: string;
}

/** The registry everybody can reach; its name may appear. */
const PUBLIC_REGISTRY = 'registry.npmjs.org';

export interface Machine {
  /** Absolute path of this checkout. */
  readonly root: string;
  readonly home: string;
  readonly hostname: string;
  /** Folder for temporary files; a checkout in there has a path like any example's. */
  readonly temporary: string;
  /** The URL npm installs from here. */
  readonly registry: string;
}

/** Names that are true on one machine only; those that could also be ordinary words or invented paths are left out. */
export function tracesOf(machine: Machine): Trace[] {
  const ordinaryRoot = machine.root.split('/').length < 3 || machine.root.startsWith(machine.temporary);
  const host = URL.canParse(machine.registry) ? new URL(machine.registry).host : '';
  const candidates: Trace[] = [
    { text: ordinaryRoot ? '' : machine.root, what: 'the path of this checkout' },
    { text: machine.home.split('/').length < 3 ? '' : machine.home, what: 'the home folder of this machine' },
    {
      text: /^(?=.*\d).{8,}$/.test(machine.hostname) ? machine.hostname : '',
      what: 'the name of this machine',
    },
    { text: host === PUBLIC_REGISTRY ? '' : host, what: 'the host of a private registry' },
  ];
  return candidates.filter((trace) => trace.text !== '');
}

/** Looks for names of this machine in every file that git tracks or would track. */
export function checkTraces(root: string, files: readonly string[], traces: readonly Trace[]): Finding {
  const problems: string[] = [];
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'latin1');
    for (const trace of traces) {
      const at = text.indexOf(trace.text);
      if (at >= 0) problems.push(`${file}:${text.slice(0, at).split('\n').length}: contains ${trace.what}`);
    }
  }
  return { seen: `${files.length} files, ${traces.length} names`, problems };
}
