import { textIn } from '../document.ts';
import { isBillingRestorable } from './billing-restorable.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddAttributes, oddText, oddWord } from './odd-text.ts';
import { getApp, isAppRestorable, listApps, withoutServerFields, writableApp } from './restorable.ts';
import type { FoundApp } from './restorable.ts';

/** A random developer app: of the organization where it is small or large alike, by way of the apps' own list. */
export function sampleApp(scene: MutationScene): FoundApp | undefined {
  const appId = sampleName(scene, ['apps']);
  if (appId === undefined) return undefined;
  const app = { ...scene.target.get(['apps', appId]) };
  if (textIn(app, 'appGroup') !== '') return undefined;
  const developer = { ...scene.target.get(['developers', textIn(app, 'developerId')]) };
  return getApp(scene.target, textIn(developer, 'email'), textIn(app, 'name'));
}

/** How an app is called in a sentence. */
export function appLabel(app: FoundApp): string {
  return `app "${app.name}" of ${app.email}`;
}

function createDeveloper(scene: MutationScene): Change {
  const email = `added+${scene.serial}@partner.example`;
  const { random } = scene;
  scene.target.post(['developers'], {
    email,
    firstName: oddWord(random),
    lastName: oddWord(random),
    userName: `added ${scene.serial}`,
    attributes: oddAttributes(random, 6),
  });
  return changeOf('created', ['developers', email], `developer ${email}`);
}

function updateDeveloper(scene: MutationScene): Change | undefined {
  const email = sampleName(scene, ['developers']);
  if (email === undefined) return undefined;
  const path = ['developers', email];
  const change = scene.random.pick([
    { firstName: oddWord(scene.random) },
    { lastName: `Changed ${scene.serial}` },
    { userName: oddWord(scene.random) },
    { attributes: [{ name: 'serial', value: scene.serial }, ...oddAttributes(scene.random, 8)] },
  ]);
  scene.target.put(path, { ...withoutServerFields(scene.target.get(path)), ...change });
  return changeOf('updated', path, `${Object.keys(change).join()} of developer ${email}`);
}

function toggleDeveloper(scene: MutationScene): Change | undefined {
  const email = sampleName(scene, ['developers']);
  if (email === undefined) return undefined;
  const path = ['developers', email];
  const action = scene.target.get(path)['status'] === 'active' ? 'inactive' : 'active';
  scene.target.post(path, undefined, { action });
  return changeOf('updated', path, `developer ${email}, now ${action}`);
}

const mostAppsLost = 10;

function deleteDeveloper(scene: MutationScene): Change | undefined {
  const email = sampleName(scene, ['developers']);
  if (email === undefined) return undefined;
  if ([...scene.target.list(['developers', email, 'apps'])].length > mostAppsLost) return undefined;
  const apps = listApps(scene.target, email);
  if (!scene.allowResidue && !apps.every((app) => isAppRestorable(scene.target, app))) return undefined;
  if (!isBillingRestorable(scene.target, ['developers', email])) return undefined;
  scene.target.delete(['developers', email]);
  return changeOf('deleted', ['developers', email], `developer ${email} with ${apps.length} apps`);
}

function createApp(scene: MutationScene): Change | undefined {
  const email = sampleName(scene, ['developers']);
  if (email === undefined) return undefined;
  const product = scene.random.chance(0.7) ? sampleName(scene, ['apiproducts']) : undefined;
  const name = `added ${scene.serial}`;
  scene.target.post(['developers', email, 'apps'], {
    name,
    ...(product === undefined ? {} : { apiProducts: [product] }),
    attributes: [{ name: 'DisplayName', value: oddText(scene.random) }],
  });
  return changeOf('created', ['developers', email, 'apps', name], `app "${name}" of ${email}`);
}

function updateApp(scene: MutationScene): Change | undefined {
  const app = sampleApp(scene);
  if (app === undefined) return undefined;
  const change = pickAny(scene.random, [
    { callbackUrl: `https://changed-${scene.serial}.example/cb?x=1&y=%20` },
    { attributes: [...oddAttributes(scene.random, 8), { name: 'serial', value: scene.serial }] },
  ]);
  scene.target.put(app.path, { ...writableApp(app), ...change });
  return changeOf('updated', app.path, `${Object.keys(change ?? {}).join()} of ${appLabel(app)}`);
}

function toggleApp(scene: MutationScene): Change | undefined {
  const app = sampleApp(scene);
  if (app === undefined) return undefined;
  const action = textIn(app.document, 'status') === 'approved' ? 'revoke' : 'approve';
  scene.target.post(app.path, undefined, { action });
  return changeOf('updated', app.path, `the status of ${appLabel(app)} (${action})`);
}

function deleteApp(scene: MutationScene): Change | undefined {
  const app = sampleApp(scene);
  if (app === undefined || !(scene.allowResidue || isAppRestorable(scene.target, app))) return undefined;
  scene.target.delete(app.path);
  return changeOf('deleted', app.path, appLabel(app));
}

/** Mutations of developers and apps. */
export const consumerMutations: readonly Mutation[] = [
  createDeveloper,
  updateDeveloper,
  updateDeveloper,
  toggleDeveloper,
  deleteDeveloper,
  createApp,
  updateApp,
  updateApp,
  toggleApp,
  deleteApp,
];
