import { readFileSync } from 'node:fs';

/** The version of this package. package.json lies two folders up from here, in a checkout and in the built package alike. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  return 'unknown';
}
