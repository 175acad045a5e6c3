/** Whether a parser reads what Python's unittest prints. */
export const isUnittest = (parser: string): boolean => /^(?:parse_log_)?django$/.test(parser);

/** `test_x (module.Class.test_x)`, as unittest has written it since Python 3.11. */
const WITH_METHOD = /^(.*?)\b(\w+) \(([\w.]+)\.\2\)/gm;

/**
 * Published records hold tests by the names that older versions of Python print. In a local environment with a newer
 * one, the log is rewritten to those before anyone reads it, so that every reader finds the same.
 */
export const namesAsBefore = (log: string): string => log.replace(WITH_METHOD, '$1$2 ($3)');
