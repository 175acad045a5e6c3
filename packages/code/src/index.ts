export type { FailingTest, Frame, Framework, TestReport } from './checks.ts';
export { FRAMEWORKS } from './checks.ts';
