import { fileURLToPath } from 'node:url';
import type { McpProgram } from '../../src/mcp/server.ts';

const script = (url: URL, ...args: string[]): McpProgram => ({
  command: process.execPath,
  args: [fileURLToPath(url), ...args],
});

/** Made with the SDK. */
export const DEMO = script(new URL('./demo-server.ts', import.meta.url));
/** By hand, with a mode of misbehaving; see there. */
export const wire = (mode: string, file = ''): McpProgram =>
  script(new URL('./wire-server.ts', import.meta.url), mode, file);
