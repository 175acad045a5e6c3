// Connects to a server that has started another program, says so, and waits to be killed.
import { connect } from '../../src/mcp/connection.ts';
import { wire } from './programs.ts';

await connect(wire('family', process.argv[2]), { signal: new AbortController().signal });
process.stdout.write('connected\n');
setInterval(() => {}, 60_000);
