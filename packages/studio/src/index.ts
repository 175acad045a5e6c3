export { exportExperiment } from './export/export-experiment.ts';
export { type Studio, serveStudio } from './server/serve.ts';
export type { Starter } from './server/starter.ts';
