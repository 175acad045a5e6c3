import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { demoServer } from './demo.ts';

await demoServer().connect(new StdioServerTransport());
