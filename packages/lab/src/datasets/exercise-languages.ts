/** How exercises of one language are tested. */
export interface ExerciseLanguage {
  /** As the track is called. */
  readonly name: string;
  /** Shell text, run in a copy of the exercise's folder. Exit code 0: all tests passed. */
  command(exercise: {
    readonly custom: Readonly<Record<string, unknown>>;
    readonly tests: readonly string[];
  }): string;
  /** Switches on the tests that are marked as to be done later. */
  enable(test: string): string;
  /** Files beside the tests that building and testing depend on. */
  readonly support: readonly string[];
  /** What is needed besides a compiler or interpreter: a setting's name that gives a path, and the variable for it. */
  readonly needs?: { readonly setting: string; readonly variable: string; readonly what: string };
  readonly timeoutSeconds: number;
}

/** Three minutes for tests, as Aider's own harness gives; compilers get more. */
const TEST_SECONDS = 180;
const BUILD_SECONDS = 600;

const asItIs = (test: string) => test;

const LANGUAGES: readonly ExerciseLanguage[] = [
  {
    name: 'python',
    command: ({ tests }) =>
      tests
        .filter((path) => path.endsWith('_test.py'))
        .map((path) => `python3 -B -m unittest -v ${path}`)
        .join(' && '),
    enable: asItIs,
    support: [],
    timeoutSeconds: TEST_SECONDS,
  },
  {
    name: 'javascript',
    // Started by its own file: a package manager would want to install first. One after another: tests are small.
    command: ({ tests }) =>
      `rm -rf node_modules && ln -s "$NODE_MODULES" node_modules && node node_modules/jest/bin/jest.js --runInBand --ci ${tests.map((path) => `./${path}`).join(' ')}`,
    enable: (test) =>
      test.replaceAll(/\bx(test|it|describe)\b/g, '$1').replaceAll(/\b(test|it|describe)\.skip\b/g, '$1'),
    support: ['package.json', 'babel.config.js', 'jest.config.js'],
    needs: {
      setting: 'node-modules',
      variable: 'NODE_MODULES',
      what: 'a node_modules folder with jest and the Babel preset of the exercises',
    },
    timeoutSeconds: TEST_SECONDS,
  },
  {
    name: 'go',
    command: () => 'GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local go test ./...',
    enable: asItIs,
    support: ['go.mod'],
    timeoutSeconds: BUILD_SECONDS,
  },
  {
    name: 'rust',
    command: ({ custom }) =>
      `cargo test --offline${custom['test-in-release-mode'] === true ? ' --release' : ''} -- --include-ignored`,
    enable: asItIs,
    support: [],
    timeoutSeconds: BUILD_SECONDS,
  },
  {
    name: 'cpp',
    command: () =>
      'cmake -S . -B build -DEXERCISM_RUN_ALL_TESTS=1 -DCMAKE_POLICY_VERSION_MINIMUM=3.5 && cmake --build build',
    enable: asItIs,
    support: ['CMakeLists.txt', 'test/tests-main.cpp', 'test/catch.hpp'],
    timeoutSeconds: BUILD_SECONDS,
  },
  {
    name: 'java',
    command: () =>
      [
        'mkdir classes',
        'javac -encoding UTF-8 -cp "$TEST_CLASSPATH" -d classes $(find src -name "*.java")',
        'java -cp "classes:$TEST_CLASSPATH" org.junit.platform.console.ConsoleLauncher --disable-banner --scan-classpath classes',
      ].join(' && '),
    enable: (test) => test.replaceAll(/^\s*@(?:Disabled|Ignore)\b(?:\([^)]*\))?\s*\n/gm, ''),
    support: [],
    needs: {
      setting: 'classpath',
      variable: 'TEST_CLASSPATH',
      what: 'the jars of JUnit (console launcher included) and AssertJ, with ":" between them',
    },
    timeoutSeconds: BUILD_SECONDS,
  },
];

export function exerciseLanguage(name: string): ExerciseLanguage | null {
  return LANGUAGES.find((language) => language.name === name) ?? null;
}

export const EXERCISE_LANGUAGES: readonly string[] = LANGUAGES.map(({ name }) => name);
