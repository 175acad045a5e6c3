import type { Instance } from './instance.ts';

/** A benchmark, read from local files in their published form. */
export interface Dataset {
  /** As people call it: `swe-bench-lite`, or the folder's name. */
  readonly name: string;
  /** Which adapter read it. */
  readonly format: string;
  /** Digest over its instances: two runs with the same digest were asked the same. */
  readonly version: string;
  readonly instances: readonly Instance[];
  /** What a person should know: records left out and why, files that are missing. */
  readonly notes: readonly string[];
}

/** How datasets of one published form are read. One file for each in `datasets/`, with a conformance test. */
export interface DatasetFormat {
  /** `swe-bench`, `aider-polyglot`, `quixbugs`… */
  readonly name: string;
  /** One line for `--help` and errors: what it reads, and what options it needs. */
  readonly about: string;
  /** Whether the files at a path look like this form; looked at in the registry's order when no form is named. */
  recognises(path: string): Promise<boolean>;
  /** Throws OperatorError `dataset-unreadable` with the file, the line and what is wrong with it. */
  read(path: string, options: DatasetOptions): Promise<Omit<Dataset, 'version' | 'format'>>;
}

export interface DatasetOptions {
  /** Where local clones are (`OWNER__REPO`, `OWNER/REPO` or `REPO` below it), for datasets that name repositories. */
  readonly clones?: string;
  /** Local environments (`docs/lab.md`), by repository, repository@version or instance. */
  readonly environments?: string;
  /** Use container images where the dataset names them. */
  readonly images?: boolean;
  /** Languages to read, of datasets that have several. */
  readonly languages?: readonly string[];
  /** The adapter's own: `--set KEY=VALUE`. */
  readonly settings?: Readonly<Record<string, string>>;
}
