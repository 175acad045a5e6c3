export { followExperiment } from './follow.ts';
export { type Depth, type ExperimentJob, type QueueOptions, TrialQueue } from './queue.ts';
export { runWorker, type WorkerObserver, type WorkerOptions } from './run-worker.ts';
