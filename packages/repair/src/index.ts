export { repairModel } from './model.ts';
