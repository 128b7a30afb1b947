import type { ResourcePath, WreckTarget } from '../wreck-target.ts';

/** Overwrites a value of one key value map below `owner`, and deletes another map. Masked maps are left alone: nothing brings their values back. */
export function wreckMaps(target: WreckTarget, owner: ResourcePath): string[] {
  const collection = [...owner, 'keyvaluemaps'];
  if (target.get(owner)['type'] === 'BASE') return [];
  const open = [...target.list(collection)].filter(
    (name) => target.get([...collection, name])['maskedValues'] !== true,
  );
  const place = owner.at(-1) ?? 'the organization';
  const changed = open.includes('partner-credentials') ? 'partner-credentials' : open[0];
  const deleted = open.find((name) => name !== changed);
  return [
    ...(changed === undefined ? [] : overwriteEntry(target, [...collection, changed], place)),
    ...(deleted === undefined ? [] : deleteMap(target, [...collection, deleted], place)),
  ];
}

function overwriteEntry(target: WreckTarget, map: ResourcePath, place: string): string[] {
  const [name] = [...target.list([...map, 'entries'])];
  if (name === undefined) return [];
  target.put([...map, 'entries', name], { name, value: 'changeme' });
  return [`set "${name}" in the key value map ${map.at(-1) ?? ''} of ${place} to "changeme"`];
}

function deleteMap(target: WreckTarget, map: ResourcePath, place: string): string[] {
  const count = [...target.list([...map, 'entries'])].length;
  target.delete(map);
  return [`deleted the key value map ${map.at(-1) ?? ''} of ${place} with its entries (${count})`];
}
