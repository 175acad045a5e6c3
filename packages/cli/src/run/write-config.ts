import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { detectChecks } from '@heddle/code';
import { messageOf, OperatorError, systemCode } from '@heddle/core';
import { inspectRepository } from '@heddle/workspace';
import type { InitChoice } from '../commands/init.ts';
import { CONFIG_FILE, userConfigPath } from '../config/load.ts';
import { repositoryTemplate, userTemplate } from '../config/template.ts';

/** `heddle init`. */
export async function writeConfig({ repo, user, force }: InitChoice): Promise<void> {
  let path = userConfigPath();
  let text = userTemplate();
  if (!user) {
    const { root } = await inspectRepository(repo);
    path = join(root, CONFIG_FILE);
    text = repositoryTemplate(await detectChecks(root));
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST')
      throw new OperatorError('config-exists', `${path} exists already`, { hint: '--force writes over it' });
    throw new OperatorError('config-not-writable', `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
  process.stdout.write(`wrote ${path}\n`);
}
