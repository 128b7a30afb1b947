import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';

function contentOf(scene: MutationScene): string {
  const isText = scene.random.chance(0.6);
  return Buffer.from(
    isText ? `${scene.serial} ${oddText(scene.random)}` : `\u0000\xff${scene.serial}`,
    'latin1',
  ).toString('base64');
}

/** Overwrites, deletes or adds a resource file. */
function changeResourceFile(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const { random, serial, target } = scene;
  const collection = ['environments', environment, 'resourcefiles'];
  const found = random.chance(0.8) ? pickAny(random, [...target.list(collection)]) : undefined;
  if (found === undefined) {
    const name = `added/${serial}`;
    target.post(collection, { file: contentOf(scene) }, { type: 'jsc', name });
    return changeOf('created', [...collection, 'jsc', name], `resource file ${name} in ${environment}`);
  }
  const cut = found.indexOf('/');
  const path = [...collection, found.slice(0, cut), found.slice(cut + 1)];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `resource file ${found} in ${environment}`);
  }
  target.put(path, { file: contentOf(scene) });
  return changeOf('updated', path, `resource file ${found} in ${environment}`);
}

/** Mutations of what an environment holds beside target servers, maps and deployments. */
export const environmentMutations: readonly Mutation[] = [changeResourceFile];
