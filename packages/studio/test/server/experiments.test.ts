import { expect, it } from 'vitest';
import type { CompareTold } from '../../src/told/compare.ts';
import type { ExperimentTold } from '../../src/told/experiment.ts';
import type { ExperimentsTold } from '../../src/told/experiments.ts';
import type { TrialTableTold } from '../../src/told/trial-table.ts';
import type { TextPatchTold } from '../../src/told/version.ts';
import { FAILED, gradedExperiment, SOLVED } from '../experiments.ts';
import { studio } from '../support.ts';

function served() {
  const { store, ask } = studio();
  const get = async <T>(path: string) => {
    const response = await ask(path);
    return { status: response.status, body: (await response.json()) as T & { code?: string } };
  };
  return { opened: store, get };
}

const ASKED = { agents: ['x', 'y'], clusters: { a: 6 } };

it('lists experiments, the newest first, and answers for one by id or name', async () => {
  const { opened, get } = served();
  gradedExperiment(opened, { ...ASKED, name: 'older' }, () => SOLVED);
  const id = gradedExperiment(opened, ASKED, ({ agent }) => (agent === 'x' ? SOLVED : FAILED));
  // A machine that is busy reads them one by one: each answer has one more at least.
  await get('/experiments');
  const { body } = await get<ExperimentsTold>('/experiments');
  expect(body.lines.map(({ name }) => name).sort()).toEqual(['older', 'tried']);
  expect(body.older).toBe(0);
  for (const given of [id, 'tried'])
    expect((await get<ExperimentTold>(`/experiments/${given}`)).body.experiment).toBe(id);
  expect((await get<TrialTableTold>(`/experiments/${id}/table`)).body.outcomes).toBe('sfsfsfsfsfsf');
  expect((await get<CompareTold>(`/compare?a=${id}:x&b=${id}:y`)).body.difference.value).toBe(1);
});

it('says what is not there, and what was not said', async () => {
  const { opened, get } = served();
  gradedExperiment(opened, { ...ASKED, agents: ['x', 'y', 'z'] }, () => SOLVED);
  expect(await get('/experiments/nothing')).toMatchObject({
    status: 404,
    body: { code: 'no-such-experiment' },
  });
  expect(await get('/compare?a=tried:nobody&b=tried:x')).toMatchObject({
    status: 404,
    body: { code: 'no-such-agent' },
  });
  expect(await get('/compare?a=tried')).toMatchObject({ status: 400, body: { code: 'which-agent' } });
  expect(await get('/compare')).toMatchObject({ status: 400, body: { code: 'which-two' } });
});

it('compares two texts by their digests', async () => {
  const { opened, get } = served();
  const [was, is] = [opened.objects.put('one\ntwo\n'), opened.objects.put('one\nthree\n')];
  const { body } = await get<TextPatchTold>(`/versions/patch?name=a.ts&was=${was}&is=${is}`);
  expect(body.patch).toContain('-two\n+three');
  expect((await get(`/versions/patch?name=a.ts&was=../../etc/passwd`)).status).toBe(404);
  expect(
    (await get<TextPatchTold>(`/versions/patch?name=a&was=${was}&is=${'0'.repeat(64)}`)).body.problem,
  ).toMatch(/not kept/);
});
