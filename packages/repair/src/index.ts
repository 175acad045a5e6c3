export type { RepairOptions } from './model.ts';
export { repairModel } from './model.ts';
