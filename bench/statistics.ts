/** The middle value; of an even number the mean of the middle two. `values` must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing.');
  return (lower + upper) / 2;
}

/** Rounded to so many digits after the point. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** `12.3 MiB`. */
export function mebibytes(bytes: number): string {
  return `${rounded(bytes / 1024 / 1024, 1)} MiB`;
}
