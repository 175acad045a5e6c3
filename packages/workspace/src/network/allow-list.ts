import { BlockList, isIP } from 'node:net';
import { OperatorError } from '@heddle/core';

/** Ports a listed host may be reached at when its entry names none. */
const WEB_PORTS: ReadonlySet<number> = new Set([80, 443]);

interface Entry {
  /** Lower case; with a leading dot for the host and its subdomains. */
  readonly host: string;
  readonly port: number | null;
}

/** Which hosts programs may reach: `pypi.org`, `.github.com` (with subdomains), `localhost:8080`. */
export class AllowList {
  readonly #entries: readonly Entry[];

  /** Throws OperatorError `bad-host`. */
  constructor(hosts: readonly string[]) {
    this.#entries = hosts.map(readEntry);
  }

  allows(host: string, port: number): boolean {
    return this.#entries.some((entry) => covers(entry, host.toLowerCase(), port));
  }

  /** An address of the private network was meant, not merely what a public name leads to. */
  namesAddress(host: string): boolean {
    const name = host.toLowerCase();
    return this.#entries.some((entry) => entry.host === name && (isIP(name) !== 0 || name === 'localhost'));
  }
}

function readEntry(text: string): Entry {
  const [, host, port] =
    /^(\.?[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1) {
    throw new OperatorError('bad-host', `"${text}" is no host that can be allowed`, {
      hint: 'write a name such as pypi.org, .example.org with its subdomains, or host:port; no scheme, no path',
    });
  }
  return { host: host.toLowerCase().replace(/^\[|\]$/g, ''), port: port === undefined ? null : Number(port) };
}

function covers(entry: Entry, host: string, port: number): boolean {
  if (entry.port === null ? !WEB_PORTS.has(port) : entry.port !== port) return false;
  if (!entry.host.startsWith('.')) return host === entry.host;
  return host === entry.host.slice(1) || host.endsWith(entry.host);
}

const PRIVATE = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(address, prefix);
for (const [address, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(address, prefix, 'ipv6');

/** This machine, its networks, and the addresses at which clouds hand out credentials. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return PRIVATE.check(mapped ?? address, mapped === undefined && isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
