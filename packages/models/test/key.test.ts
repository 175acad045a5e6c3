import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ask, defaultModel, listModels, type ModelError, openModel } from '../src/index.ts';
import { impatient, temporaryFolder, user } from './helpers.ts';
import { STANDINS, type StandinName, startStandin } from './standins/index.ts';

const REQUEST = { prompt: [user('x')], tools: [] };
const KEYED = (Object.keys(STANDINS) as StandinName[]).filter((name) => STANDINS[name].key !== '');
const NEW_KEY = 'rotated/key+of=today-0123456789';

/** A stand-in, and an environment whose key is in a file. */
async function withKeyFile(name: StandinName) {
  const standin = await startStandin(name, [{ text: 'here' }]);
  onTestFinished(() => standin.close());
  const file = join(await temporaryFolder(), 'key');
  await writeFile(file, `${standin.key}\n`);
  const [variable] = Object.keys(standin.env).filter((each) => each.endsWith('_API_KEY'));
  const { [variable!]: _, ...env } = standin.env;
  return { standin, file, variable: variable!, env: { ...env, [`${variable}_FILE`]: file } };
}

test.each(KEYED)(
  '%s: a key that was replaced in its file is read again when the old one is refused',
  async (name) => {
    const { standin, file, env } = await withKeyFile(name);
    const model = await openModel(standin.spec, { home: '/nowhere', env });
    const { options, retried, waits } = impatient();
    await ask(model, REQUEST, options);
    standin.rotate(NEW_KEY);
    await writeFile(file, NEW_KEY);
    const both = await Promise.all([ask(model, REQUEST, options), ask(model, REQUEST, options)]);
    expect(both.map(({ content }) => content)).toMatchObject([[{ text: 'here' }], [{ text: 'here' }]]);
    await ask(model, REQUEST, options);
    expect(retried).toEqual(['unauthorized', 'unauthorized']);
    expect(waits).toEqual([0, 0]);
    expect(standin.requests).toHaveLength(6);
  },
);

test.each(KEYED)('%s: the same key in the file is not sent twice, and no key is told', async (name) => {
  const { standin, file, env, variable } = await withKeyFile(name);
  const model = await openModel(standin.spec, { home: '/nowhere', env });
  standin.rotate('another');
  const refused = await ask(model, REQUEST).catch((error: ModelError) => error);
  expect(refused).toMatchObject({ code: 'unauthorized', hint: `check the key in ${variable}_FILE` });
  expect(standin.requests).toHaveLength(1);
  await writeFile(file, NEW_KEY);
  const again = await ask(model, REQUEST, impatient().options).catch((error: ModelError) => error);
  expect(standin.requests).toHaveLength(3);
  for (const error of [refused, again] as ModelError[]) {
    const everything = JSON.stringify([error, error.message, error.stack, error.hint, error.cause]);
    for (const key of [standin.key, NEW_KEY, encodeURIComponent(NEW_KEY)])
      expect(everything).not.toContain(key);
  }
  const told = `${standin.key} then ${NEW_KEY} then ${encodeURIComponent(NEW_KEY)}`;
  expect(model.dialect!.mask(told)).toBe('*** then *** then ***');
});

test('a file that is away while it is replaced ends nothing but that request', async () => {
  const { standin, file, env } = await withKeyFile('anthropic');
  const model = await openModel(standin.spec, { home: '/nowhere', env });
  standin.rotate(NEW_KEY);
  await writeFile(file, '');
  await expect(ask(model, REQUEST)).rejects.toMatchObject({ code: 'unauthorized' });
  await writeFile(file, NEW_KEY);
  expect(await ask(model, REQUEST, impatient().options)).toMatchObject({ content: [{ text: 'here' }] });
});

test('the configuration may name the file, and what cannot be read is said by name', async () => {
  const { standin, file, env, variable } = await withKeyFile('anthropic');
  const { [`${variable}_FILE`]: _, ...bare } = env;
  const config = { providers: { anthropic: { apiKeyFile: file } } };
  const model = await openModel(standin.spec, { home: '/nowhere', env: bare, config });
  expect(await ask(model, REQUEST)).toMatchObject({ content: [{ text: 'here' }] });
  const [listed] = (await listModels(bare, config)).filter(({ spec }) => spec === 'anthropic/…');
  expect(listed).toMatchObject({ usable: true, why: `its key is in ${file}` });
  expect(defaultModel(env)).toMatchObject({ why: `${variable}_FILE is in the environment` });
  await writeFile(file, 'two words');
  for (const path of [file, `${file}.gone`])
    await expect(
      openModel(standin.spec, { home: '/nowhere', env: { ...bare, [`${variable}_FILE`]: path } }),
    ).rejects.toMatchObject({ code: 'key-unreadable', message: expect.stringContaining(`${variable}_FILE`) });
});

test('a key is not sent to where a redirect points', async () => {
  const elsewhere = await startStandin('anthropic', [{ text: 'here' }]);
  onTestFinished(() => elsewhere.close());
  const standin = await startStandin('anthropic', [{ fault: { kind: 'redirect', to: elsewhere.url } }]);
  onTestFinished(() => standin.close());
  const model = await openModel(standin.spec, { home: '/nowhere', env: standin.env });
  await expect(ask(model, REQUEST)).rejects.toMatchObject({
    code: 'redirected',
    message: expect.stringContaining(elsewhere.url),
  });
  expect(elsewhere.requests).toEqual([]);
});
