/** Version of Heddle, as journaled; a test holds it equal to the published package's. */
export const HEDDLE_VERSION = '0.1.0';
