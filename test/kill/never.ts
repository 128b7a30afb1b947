/** The number of a put that never comes. */
export const NEVER = Number.MAX_SAFE_INTEGER;
