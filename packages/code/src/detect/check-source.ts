import type { Framework } from '../checks.ts';
import type { Project } from './project.ts';

/** How one kind of project tests itself. */
export interface DetectedTests {
  /** Shell command for the project's root; runs once and ends. */
  readonly command: string;
  readonly framework: Framework;
  /** What a person should know before it is run, e.g. that dependencies are missing. */
  readonly note?: string;
}

/** Finds the tests of one kind of project; null where it is not of that kind or has none. Runs nothing. */
export interface CheckSource {
  /** The check's name where an earlier source has already found one called `test`. */
  readonly name: string;
  detect(project: Project): Promise<DetectedTests | null>;
}
