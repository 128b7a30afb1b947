import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from './config-error.ts';

const configFileNames = ['holdfast.yaml', 'holdfast.json'] as const;

/**
 * The configuration file of a folder or of the nearest one above it, or undefined when there is none up to the root.
 * Two in the same folder are a ConfigError, since one of them would be left out in silence.
 */
export async function findConfigFile(startFolder: string): Promise<string | undefined> {
  for (let folder = startFolder; ; folder = dirname(folder)) {
    const candidates = configFileNames.map((name) => join(folder, name));
    const [first, second] = (await Promise.all(candidates.map(findExisting))).filter((path) => path !== undefined);
    if (first !== undefined && second !== undefined) {
      throw new ConfigError(first, [{ at: '', message: `${second} is there as well; keep one of them` }]);
    }
    if (first !== undefined || folder === dirname(folder)) return first;
  }
}

async function findExisting(path: string): Promise<string | undefined> {
  return access(path).then(
    () => path,
    () => undefined,
  );
}
