export type { WhichRollouts } from './export/answers.ts';
export { type Exported, type ExportOptions, exportExperiment } from './export/export-experiment.ts';
export { type Studio, type StudioOptions, serveStudio } from './server/serve.ts';
export type { Starter } from './server/starter.ts';
