import type { ResourcePath } from '../wreck-target.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';

/** The maps below something that has maps. */
function findMaps(scene: MutationScene): ResourcePath | undefined {
  if (scene.random.chance(0.3)) return ['keyvaluemaps'];
  const proxy = scene.random.chance(0.4) ? sampleName(scene, ['apis']) : undefined;
  if (proxy !== undefined) return ['apis', proxy, 'keyvaluemaps'];
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const owner = ['environments', environment];
  return scene.target.get(owner)['type'] === 'BASE' ? undefined : [...owner, 'keyvaluemaps'];
}

/** A map whose values a backup can read. */
function findMap(scene: MutationScene): ResourcePath | undefined {
  const maps = findMaps(scene);
  const name = maps === undefined ? undefined : pickAny(scene.random, [...scene.target.list(maps)]);
  if (maps === undefined || name === undefined) return undefined;
  const path = [...maps, name];
  return scene.target.get(path)['maskedValues'] === true ? undefined : path;
}

function changeEntry(scene: MutationScene): Change | undefined {
  const map = findMap(scene);
  const name = map === undefined ? undefined : pickAny(scene.random, [...scene.target.list([...map, 'entries'])]);
  if (map === undefined || name === undefined) return undefined;
  const path = [...map, 'entries', name];
  if (scene.random.chance(0.3)) {
    scene.target.delete(path);
    return changeOf('deleted', path, `entry ${name} of the map ${map.at(-1) ?? ''}`);
  }
  scene.target.put(path, { name, value: `${scene.serial} ${oddText(scene.random)}` });
  return changeOf('updated', path, `entry ${name} of the map ${map.at(-1) ?? ''}`);
}

function createEntry(scene: MutationScene): Change | undefined {
  const map = findMap(scene);
  if (map === undefined) return undefined;
  const name = `added/${scene.serial}`;
  scene.target.post([...map, 'entries'], { name, value: oddText(scene.random) });
  return changeOf('created', [...map, 'entries', name], `entry ${name} of the map ${map.at(-1) ?? ''}`);
}

function changeMaps(scene: MutationScene): Change | undefined {
  const map = scene.random.chance(0.5) ? findMap(scene) : undefined;
  if (map !== undefined) {
    scene.target.delete(map);
    return changeOf('deleted', map, `key value map ${map.at(-1) ?? ''}`);
  }
  const maps = findMaps(scene);
  if (maps === undefined) return undefined;
  const name = `added-${scene.serial}`;
  scene.target.post(maps, { name, encrypted: true });
  scene.target.post([...maps, name, 'entries'], { name: 'a b', value: scene.serial });
  return changeOf('created', [...maps, name], `key value map ${name}`);
}

/** Mutations of key value maps and their entries. */
export const mapMutations: readonly Mutation[] = [changeEntry, changeEntry, createEntry, changeMaps];
