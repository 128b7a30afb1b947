/** `12,345` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 resource`, `3 resources`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** `512 B`, `4.2 KiB`, `1.3 GiB`. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size).toString() : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `2026-01-15 08:00:03Z` of an ISO 8601 instant in UTC. */
export function formatTime(instant: string): string {
  return instant.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
