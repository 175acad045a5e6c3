import type { Finish } from './mock/script.ts';

/** Where one peer lives. All of it is below one scratch folder. */
export interface PeerPlace {
  /** Its `HOME`: settings, caches and records, kept from run to run as a person's would be. */
  readonly home: string;
  /** The repository it works in. */
  readonly repo: string;
  /** Folder of its program in the scratch folder; for what is not installed, not there. */
  readonly bin: string;
}

/** One run, as the peer's command line has to know it. */
export interface PeerCall extends PeerPlace {
  /** Port of the model on the loopback. */
  readonly port: number;
  readonly steps: number;
  readonly prompt: string;
}

/** A coding agent that can be run without a person, approvals off, against a model of our own. */
export interface Peer {
  readonly name: string;
  /** How it works, in a few words; shown beside its name. */
  readonly about: string;
  /** What npm installs; absent for what is here already. */
  readonly package?: { readonly name: string; readonly version: string };
  /** Its settings files, by their path in its home. */
  settings?(call: PeerCall): Readonly<Record<string, string>>;
  env?(call: PeerCall): Readonly<Record<string, string>>;
  command(call: PeerCall): readonly [program: string, ...args: string[]];
  /** How it is told that the work is done, if not by words alone. */
  readonly finish?: Finish;
  /** A yardstick, no product: shown, and never counted as ahead. */
  readonly yardstick?: true;
}
