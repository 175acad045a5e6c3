/** A fault that a test of its own plays already. */
export interface ProvenElsewhere {
  readonly name: string;
  readonly outcome: string;
  /** From the repository's root. */
  readonly file: string;
  /** Of the test, or of the case it plays. */
  readonly title: string;
}

const FAULTS = 'packages/agent/test/faults.test.ts';
const ENDS = 'packages/agent/test/ends.test.ts';
const WORKSPACE = 'packages/workspace/test/conformance.ts';
const STORE = 'packages/core/test/sqlite-store.test.ts';

export const PROVEN_ELSEWHERE: readonly ProvenElsewhere[] = [
  {
    name: 'a tool hangs',
    outcome: 'ended at its time limit with what it printed; the shell goes on',
    file: FAULTS,
    title: 'a command over its time limit is ended and the shell goes on',
  },
  {
    name: '50 MB of output',
    outcome: 'cut in the middle, counted; the whole is kept',
    file: FAULTS,
    title: '50 MB of output: cut in the middle, counted',
  },
  {
    name: 'binary output, and none',
    outcome: 'told in words',
    file: FAULTS,
    title: 'binary output, and silence',
  },
  {
    name: 'a fork bomb',
    outcome: 'ended at the limit of processes; the sandbox goes on',
    file: 'packages/workspace/test/escape/attempts.ts',
    title: 'a fork bomb',
  },
  {
    name: 'a program fills the memory',
    outcome: 'it alone is ended; the next runs',
    file: WORKSPACE,
    title: 'ends a program that fills the memory, and goes on with the next',
  },
  {
    name: 'a command kills what waits for it',
    outcome: 'told as lost; the next command gets a new process',
    file: WORKSPACE,
    title: 'tells of a command that kills who waits for it',
  },
  {
    name: 'a shell is wedged',
    outcome: 'replaced, its jobs ended, the model told',
    file: 'packages/agent/test/tools/torture.test.ts',
    title: 'a shell that is wedged is replaced, and another goes on',
  },
  {
    name: 'a check hangs',
    outcome: 'ended at its limit and reported as hung, not as failed',
    file: FAULTS,
    title: 'a check that hangs is ended and reported as hung',
  },
  {
    name: "a check's program is missing",
    outcome: 'reported as broken, not as failed',
    file: FAULTS,
    title: 'a check whose program is missing is broken, not failed',
  },
  {
    name: 'kill -9 at 20 random moments, with a program of tool calls under way',
    outcome: 'ends as the undisturbed rollout does, to the byte',
    file: 'packages/agent/test/crash.test.ts',
    title: 'ends as the undisturbed one does, with no event lost and none doubled',
  },
  {
    name: 'full disk under the working copies (a real one)',
    outcome: '`disk-full`, no half copy is left',
    file: 'packages/workspace/test/disk-full.test.ts',
    title: 'is named, and leaves no half copy',
  },
  {
    name: 'full disk under the journal (a real one)',
    outcome: '`disk-full`; what was written stays readable',
    file: STORE,
    title: 'says when the disk is full',
  },
  {
    name: 'a disk that refuses to write',
    outcome: '`journal-io-error`; the journal is whole and goes on afterwards',
    file: STORE,
    title: 'says when the disk refuses, and the journal is whole and goes on afterwards',
  },
  {
    name: 'a damaged journal',
    outcome: '`journal-damaged`, naming the event',
    file: STORE,
    title: 'names a damaged event and a file that is no journal',
  },
  {
    name: 'two processes take one rollout',
    outcome: 'the second is refused: `rollout-running`',
    file: 'packages/core/test/store-conformance.ts',
    title: 'knows which rollouts a live process works on',
  },
  {
    name: 'what shows the rollout fails',
    outcome: 'one warning; the rollout goes on',
    file: ENDS,
    title: 'has not failed because of who watches it: that is reported once',
  },
  {
    name: 'a bug in Heddle',
    outcome: 'ends as failed with its patch; a newer Heddle may resume it',
    file: ENDS,
    title: 'has failed, with its patch and a line on why, and can be replayed',
  },
  {
    name: 'the provider fails in spite of its tries, and there is a fallback',
    outcome: 'the fallback model takes over, with the same prompt',
    file: 'packages/agent/test/fallback.test.ts',
    title: 'takes over where the first has failed, for the rest',
  },
  {
    name: 'the second of two models for an edit fails',
    outcome: "the first's edit is made; told once, and after three times in a row it is asked no more",
    file: 'packages/agent/test/rival/rival.test.ts',
    title: 'ends and delays nothing, and after three times in a row is asked no more',
  },
  {
    name: '`kill -9` while two edits are compared',
    outcome: 'both models are asked anew; once the reply is in the journal, neither',
    file: 'packages/agent/test/rival/kill.test.ts',
    title:
      'ends the same wherever it is killed while the two are compared; what is in the journal is asked no more',
  },
  {
    name: '50 rollouts at once, 5 requests a second allowed',
    outcome: 'all are served, in the time it takes; some 8 are refused beside those of the first moment',
    file: 'packages/models/test/overload.test.ts',
    title:
      '50 at once to a provider that takes 5 a second: all are served, few are refused, in about the time it takes',
  },
  {
    name: 'the provider is down for 40 rollouts at once',
    outcome: 'each pauses when its own tries are over; one request at a time asks whether it is back',
    file: 'packages/models/test/overload.test.ts',
    title:
      'an outage takes nobody longer than its own tries, and one request at a time asks whether it is over',
  },
];
