import { SANDBOX_KINDS } from '../src/workspace.ts';
import { orphans } from './orphans.ts';

for (const kind of SANDBOX_KINDS) await orphans(kind);
