import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemView } from './system-view.ts';

/** In /etc, readable by root without any capability, and no business of programs. Copies of them (`shadow-`) too. */
const FILES = /^(g?shadow|sudoers|krb5\.keytab|ipsec\.secrets|master\.passwd)\b/;
const FOLDERS = [
  '/etc/ssl/private',
  '/etc/pki/tls/private',
  '/etc/letsencrypt',
  '/etc/kubernetes',
  '/etc/rancher',
  '/etc/wireguard',
  '/etc/openvpn',
  '/etc/sudoers.d',
  '/etc/NetworkManager/system-connections',
];
/** Settings with keys among them: hidden only where there are some. */
const MIXED_FOLDERS = ['/etc/ssh'];

/** Hidden from a sandboxed root; other users are kept out by the files' own modes. Each costs a mount. */
export function hiddenFromRoot(): SystemView['hidden'] {
  if (process.getuid?.() !== 0) return { files: [], folders: [] };
  const files = namesIn('/etc')
    .filter((name) => FILES.test(name))
    .map((name) => join('/etc', name));
  return {
    files: files.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false),
    folders: [
      ...FOLDERS.filter((folder) => namesIn(folder).length > 0),
      ...MIXED_FOLDERS.filter(holdsPrivateFile),
    ],
  };
}

function holdsPrivateFile(folder: string): boolean {
  return namesIn(folder).some((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat?.isFile() && (stat.mode & 0o004) === 0;
  });
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
