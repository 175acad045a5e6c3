import type { Model } from '@heddle/models';
import { repairModel } from '@heddle/repair';

/** The embedded repair model. */
export function openRepairModel(seed: number | undefined): Model {
  return repairModel(seed === undefined ? {} : { seed });
}
