import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyRole } from '../../src/core/key-role.ts';

/** Puts copies of some keys of a workplace into a folder of their own; answers the environment that names it. */
export async function onlyKeys(
  workplace: { readonly folder: string },
  ...roles: readonly KeyRole[]
): Promise<{ readonly HOLDFAST_KEYS: string }> {
  const name = `keys-${roles.join('-')}`;
  const folder = join(workplace.folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const role of roles) await copyFile(join(workplace.folder, 'keys', `${role}.key`), join(folder, `${role}.key`));
  return { HOLDFAST_KEYS: `./${name}` };
}
