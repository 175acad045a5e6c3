/** Likely cause of a run without a verdict, as SWE-bench's reports name it. */
export interface InfraSign {
  readonly reason: string;
  /** `environment`: no patch of sources can have caused it. `ambiguous`: it may have. */
  readonly tier: 'environment' | 'ambiguous';
}

/** In order; the first that a log shows counts. */
const SIGNS: readonly (readonly [InfraSign['reason'], InfraSign['tier'], RegExp])[] = [
  ['browser_launch_failed', 'environment', /Failed to (?:launch|connect to the bus)/],
  ['display_unavailable', 'environment', /cannot open display|Missing X server|unable to open X display/],
  ['out_of_memory', 'environment', /Cannot allocate memory|OutOfMemoryError|^Killed$/m],
  ['container_unavailable', 'environment', /Error response from daemon|Cannot connect to the Docker daemon/],
  ['network_unreachable', 'environment', /Could not resolve host|Temporary failure in name resolution/],
  ['missing_module', 'ambiguous', /Cannot find module|MODULE_NOT_FOUND|ModuleNotFoundError/],
  ['no_tests_collected', 'ambiguous', /no tests ran|collected 0 items/],
  ['tests_timed_out', 'ambiguous', /Timeout error: \d+ seconds exceeded/],
];

/** Advice for whoever looks through failures; it changes no verdict. */
export function infraSign(log: string): InfraSign | null {
  const found = SIGNS.find(([, , pattern]) => pattern.test(log));
  return found === undefined ? null : { reason: found[0], tier: found[1] };
}
