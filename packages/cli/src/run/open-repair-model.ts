import type { Model } from '@heddle/models';
import { repairModel } from '@heddle/repair';

/** The embedded repair model; `localisation` false: the variant that shows what ranking suspicious lines is worth. */
export function openRepairModel(seed: number | undefined, localisation = true): Model {
  return repairModel({ localisation, ...(seed === undefined ? {} : { seed }) });
}
