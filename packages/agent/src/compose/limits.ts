/** Each attempt has a workspace with shells and checks of its own. */
export const MAX_ATTEMPTS = 64;

/** Keys from the top of data down to an agent in it: far more than anyone composes, and what reads it calls itself. */
export const MAX_DEPTH = 64;
