/** Whoever started a rollout on the relay has to know what to do now. */
export const RELAY_WAITS = 'waiting for an answer: heddle relay next';

export function isRelay(model: string): boolean {
  return model === 'relay' || model.startsWith('relay:');
}
