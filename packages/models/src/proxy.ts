let done = false;

/**
 * Lets `fetch` go through HTTP_PROXY / HTTPS_PROXY (and past it for NO_PROXY), as other tools do.
 * Node does so by itself only when told at its start. Older 24s lack the function: they go direct.
 */
export async function useProxyOf(env: NodeJS.ProcessEnv): Promise<void> {
  const set = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => env[name]);
  if (done || !set || env.NODE_USE_ENV_PROXY === '1') return;
  const http = await import('node:http');
  if (!('setGlobalProxyFromEnv' in http)) return;
  done = true;
  http.setGlobalProxyFromEnv(env as Record<string, string>);
}
