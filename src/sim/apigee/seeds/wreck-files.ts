import type { ResourcePath, WreckTarget } from '../wreck-target.ts';

/** Damage to the resource files of an environment. */
export function wreckFiles(target: WreckTarget, environment: ResourcePath): string[] {
  const collection = [...environment, 'resourcefiles'];
  const place = environment.at(-1) ?? '';
  const names = [...target.list(collection)];
  const damages: string[] = [];
  const settings = names.find((name) => name.startsWith('properties/'));
  if (settings !== undefined) {
    const file = Buffer.from('ledger.user=root\n').toString('base64');
    target.put([...collection, ...partsOf(settings)], { file });
    damages.push(`overwrote the resource file ${settings} of ${place}`);
  }
  const library = names.find((name) => name.startsWith('java/'));
  if (library !== undefined) {
    target.delete([...collection, ...partsOf(library)]);
    damages.push(`deleted the resource file ${library} of ${place}`);
  }
  return damages;
}

/** Type and name; only the name has slashes. */
function partsOf(key: string): readonly string[] {
  const cut = key.indexOf('/');
  return [key.slice(0, cut), key.slice(cut + 1)];
}
