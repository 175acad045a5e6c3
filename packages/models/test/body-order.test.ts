import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reorderer } from '../src/body-order.ts';

it('puts what grows last', () => {
  const reorder = reorderer();
  expect(reorder('{"model":"m","messages":[1],"tools":[2],"stream":true}')).toBe(
    '{"model":"m","tools":[2],"stream":true,"messages":[1]}',
  );
  expect(reorder('{"model":"m","messages":[1,3],"tools":[2],"stream":true}')).toBe(
    '{"model":"m","tools":[2],"stream":true,"messages":[1,3]}',
  );
  expect(reorder('{"model":"m","messages":[1,3],"tools":[2,4],"stream":true}')).toBe(
    '{"model":"m","tools":[2,4],"stream":true,"messages":[1,3]}',
  );
  expect(reorder('{ "input": [1], "model": "m" }')).toBe('{"model":"m","input":[1]}');
  expect(reorder('[1]')).toBe('[1]');
});

it('says the same, whatever came before and whatever the messages quote', () => {
  const keys = fc.constantFrom('model', 'messages', 'input', 'contents', 'tools', 'x');
  const frame = fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true });
  const quoting = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(',"tools":[2]}', '"', '\\', '{"model":"m","messages":', ',"x":1}', '}'),
    ),
  );
  const body = fc.oneof(
    frame,
    fc.record({ model: fc.constant('m'), messages: quoting, tools: fc.constant([2]) }),
    fc.record({ model: fc.constant('m'), messages: quoting, x: fc.constant(1), tools: fc.constant([2]) }),
    fc.record({ messages: quoting, x: fc.constant(1) }),
    fc.record({ model: fc.constant('m'), messages: quoting }),
  );
  fc.assert(
    fc.property(fc.array(body, { maxLength: 6 }), (bodies) => {
      const reorder = reorderer();
      for (const each of bodies) {
        const text = JSON.stringify(each);
        expect(JSON.parse(reorder(text))).toEqual(JSON.parse(text));
      }
    }),
    { numRuns: 500 },
  );
});
