export type { Model, ModelOptions, Price, Reply } from './model.ts';
