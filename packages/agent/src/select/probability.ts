import type { Weighed } from './weigh.ts';

/**
 * That a candidate is right, from what was found out about it: a logistic model over the evidence. Agreement, behaviour
 * and needless parts are weighed by what they said of planted candidates (`npm run bench:select -- planted`, a seed that
 * nothing is measured on), an attempt's own word and votes so that five of five keep what the embedded model, whose word
 * is calibrated, says of itself. What those suites have no example of (checks that fail, signs of tampering) is set by hand.
 */
export function probabilityOf(weighed: Weighed): number {
  const { stated, agreement, behaviour, votes, broken, failing, suspect, needless } = weighed;
  const sum =
    WEIGHTS.intercept +
    WEIGHTS.stated * logit(stated ?? UNSTATED) +
    WEIGHTS.agreement * agreement +
    WEIGHTS.behaviour * behaviour +
    WEIGHTS.votes * votes +
    WEIGHTS.needless * needless +
    (failing > 0 ? WEIGHTS.failing : 0) +
    (broken > 0 ? WEIGHTS.broken : 0) +
    (suspect ? WEIGHTS.suspect : 0);
  return bounded(1 / (1 + Math.exp(-sum)));
}

const WEIGHTS = {
  intercept: -0.6,
  stated: 0.8,
  agreement: 1,
  behaviour: 0.5,
  votes: 1.2,
  needless: -2,
  failing: -2,
  broken: -2,
  suspect: -1.5,
} as const;

/** An agent that states none is taken at its word no further than this. */
const UNSTATED = 0.6;
/** Statements of certainty are worth no more than this. */
const MOST = 0.98;

function logit(probability: number): number {
  const p = Math.min(MOST, Math.max(1 - MOST, probability));
  return Math.log(p / (1 - p));
}

/** Nothing that was run in a minute makes certain. */
function bounded(probability: number): number {
  return Math.round(Math.min(0.99, Math.max(0.01, probability)) * 1000) / 1000;
}
