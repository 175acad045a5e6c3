import { OperatorError } from '@heddle/core';
import { inspectRepository } from '@heddle/workspace';

/** Root of the repository a folder is in; null outside of any, which is fine where only its configuration is wanted. */
export async function repositoryHere(folder = '.'): Promise<string | null> {
  try {
    return (await inspectRepository(folder)).root;
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}
