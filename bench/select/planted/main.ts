import { join } from 'node:path';
import { messageOf } from '@heddle/core';
import { dropPlace, newPlace, openKeep } from '../keep.ts';
import { openLog } from '../log.ts';
import { Progress } from '../progress.ts';
import type { Instance } from './instance.ts';
import { type Excluded, isRight, report } from './report.ts';
import { type PlantedRecord, selectPlanted } from './run.ts';
import { plantedInstances } from './suite.ts';

export interface PlantedOptions {
  readonly instances: number;
  /** Another seed, other instances. */
  readonly seed: number;
  readonly only?: string;
  /** Folder for the instances, which are made once, the journals and the log; without it nothing is kept. */
  readonly keep?: string;
  readonly log?: string;
  /** Instances that were chosen among before are not again. */
  readonly resume: boolean;
}

type Line = PlantedRecord | Excluded;

/** Makes the instances, unless they were made before, and lets each way choose. */
export async function planted(options: PlantedOptions): Promise<string> {
  using keep = openKeep(options.keep, { suite: 'planted', seed: options.seed });
  const { folder } = keep;
  const instances = (await instancesIn(folder, options)).filter(
    ({ id }) => options.only === undefined || options.only.split(',').some((part) => id.includes(part)),
  );
  const log = openLog<Line>(options.log ?? join(folder, 'log.jsonl'), options.resume);
  const due = instances.filter(({ id }) => {
    const line = log.lines.get(id);
    return line === undefined || 'excluded' in line;
  });
  const progress = new Progress(due.length);
  for (const instance of due) {
    const line = await selected(instance, folder);
    log.add(line);
    progress.tell(lineText(line));
    if (keep.temporary) dropPlace(folder, instance.id);
  }
  const lines = instances.flatMap(({ id }) => log.lines.get(id) ?? []);
  return report(
    lines.filter((line) => !('excluded' in line)) as PlantedRecord[],
    lines.filter((line) => 'excluded' in line),
  );
}

async function selected(instance: Instance, keep: string): Promise<Line> {
  try {
    using place = newPlace(keep, instance);
    return await selectPlanted(instance, place);
  } catch (error) {
    return { id: instance.id, excluded: messageOf(error) };
  }
}

/** Making them takes much longer than choosing: those that are kept are not made again. */
async function instancesIn(keep: string, { instances, seed }: PlantedOptions): Promise<Instance[]> {
  const log = openLog<Instance>(join(keep, 'instances.jsonl'), true);
  const due = instances - log.lines.size;
  if (due > 0) {
    const progress = new Progress(due);
    for await (const instance of plantedInstances({ instances, seed, made: [...log.lines.values()] })) {
      log.add(instance);
      const { id, fault, candidates } = instance;
      progress.tell(`made ${id} (${fault}): ${candidates.map(({ truth }) => MARKS[truth]).join('')}`);
    }
  }
  return [...log.lines.values()].slice(0, instances);
}

const MARKS = { right: '+', wrong: '-', careless: 'x' } as const;

function lineText(line: Line): string {
  if ('excluded' in line) return `excluded  ${line.id}: ${line.excluded.split('\n')[0]}`;
  const { id, truths, choice, majority, seconds } = line;
  const word = (candidate: number | null) =>
    candidate === null ? 'none' : `#${candidate} ${isRight(truths, candidate) ? 'right' : 'wrong'}`;
  return [
    truths.map((truth) => MARKS[truth]).join(''),
    `crosscheck ${word(choice.candidate).padEnd(8)} p ${choice.probability.toFixed(2)}`,
    `vote ${word(majority).padEnd(8)}`,
    `${seconds.toFixed(0).padStart(4)} s`,
    id,
  ].join('  ');
}
