import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reordered } from '../src/body-order.ts';

it('puts what grows last and says the same', () => {
  expect(reordered('{"model":"m","messages":[1],"tools":[2],"stream":true}')).toBe(
    '{"model":"m","tools":[2],"stream":true,"messages":[1]}',
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('model', 'messages', 'input', 'contents', 'tools', 'x'), fc.jsonValue()),
      (body) => {
        expect(JSON.parse(reordered(JSON.stringify(body)))).toEqual(JSON.parse(JSON.stringify(body)));
      },
    ),
  );
});
