/** The last number that the names of runs have room for. */
export const LAST_RUN = 999_999;
