import type { BackupInstanceFacts } from './facts.ts';

/** Whether a backup instance takes the container: by name, or by a rule that does not leave it out. */
export function covers({ containers, autoProtection }: BackupInstanceFacts, container: string): boolean {
  if (autoProtection === undefined) return containers.includes(container);
  return !autoProtection.excludedPrefixes.some((prefix) => container.startsWith(prefix));
}
