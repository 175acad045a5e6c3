import { OperatorError, type Store } from '@heddle/core';

/** A store whose disk is full when the first event of a type is to be written. */
export function refusing(store: Store, type: string): Store {
  let left = 1;
  return new Proxy(store, {
    get(target, name) {
      const value = target[name as keyof Store];
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        const event = args[2] as { type?: string } | undefined;
        if (name === 'append' && event?.type === type && left-- > 0)
          throw new OperatorError('disk-full', 'the disk is full', { hint: 'free some space' });
        return method.apply(target, args);
      };
    },
  });
}
