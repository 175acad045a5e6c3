export { type Studio, type StudioOptions, serveStudio } from './server/serve.ts';
export type { Starter } from './server/starter.ts';
