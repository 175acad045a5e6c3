import { join } from 'node:path';
import type { McpProgram } from '../../src/mcp/server.ts';

const script = (name: string, ...args: string[]): McpProgram => ({
  command: process.execPath,
  args: [join(import.meta.dirname, name), ...args],
});

/** Made with the SDK. */
export const DEMO = script('demo-server.ts');
/** By hand, with a mode of misbehaving; see there. */
export const wire = (mode: string, file = ''): McpProgram => script('wire-server.ts', mode, file);
