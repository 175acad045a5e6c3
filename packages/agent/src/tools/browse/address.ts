import { ModelFacingError } from '@heddle/core';

/** The address if it may be visited. Throws ModelFacingError `bad-url`, `network-closed`. */
export function checkedUrl(text: string, network: boolean): string {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ModelFacingError(
      'bad-url',
      `${text} is no http or https address. Give one like http://localhost:3000/.`,
    );
  }
  if (!network && !isLocal(url.hostname)) {
    const message = `The network is closed: only localhost can be reached, not ${url.hostname}. Start the app with bash (in the background) and open http://localhost:PORT/.`;
    throw new ModelFacingError('network-closed', message);
  }
  return url.href;
}

function isLocal(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    host === '[::1]' ||
    host === '0.0.0.0'
  );
}
