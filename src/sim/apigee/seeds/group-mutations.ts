import { documentsIn, textIn } from '../document.ts';
import type { Document } from '../document.ts';
import { isBillingRestorable } from './billing-restorable.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddAttributes } from './odd-text.ts';
import { isKeyRestorable, withoutServerFields, writableGroupApp } from './restorable.ts';

function createGroup(scene: MutationScene): Change {
  const name = `added-${scene.serial}`;
  const member = sampleName(scene, ['developers']);
  const members = member === undefined ? [] : [{ developer: member, roles: ['admin'] }];
  scene.target.post(['appgroups'], {
    name,
    displayName: `Added ${scene.serial}`,
    attributes: [
      ...oddAttributes(scene.random, 5),
      { name: '__apigee_reserved__developer_details', value: JSON.stringify(members) },
    ],
  });
  return changeOf('created', ['appgroups', name], `AppGroup ${name}`);
}

function updateGroup(scene: MutationScene): Change | undefined {
  const name = sampleName(scene, ['appgroups']);
  if (name === undefined) return undefined;
  const path = ['appgroups', name];
  const change = scene.random.pick([
    { displayName: `Changed ${scene.serial}` },
    { channelId: `channel-${scene.serial}` },
    { channelUri: `https://changed-${scene.serial}.example/` },
    { attributes: [{ name: 'serial', value: scene.serial }] },
  ]);
  scene.target.put(path, { ...withoutServerFields(scene.target.get(path)), ...change });
  return changeOf('updated', path, `${Object.keys(change).join()} of AppGroup ${name}`);
}

function toggleGroup(scene: MutationScene): Change | undefined {
  const name = sampleName(scene, ['appgroups']);
  if (name === undefined) return undefined;
  const path = ['appgroups', name];
  const action = scene.target.get(path)['status'] === 'active' ? 'inactive' : 'active';
  scene.target.setStatus(path, action);
  return changeOf('updated', path, `AppGroup ${name}, now ${action}`);
}

interface GroupApp {
  readonly path: readonly string[];
  readonly document: Document;
}

function sampleGroupApp(scene: MutationScene): GroupApp | undefined {
  const group = sampleName(scene, ['appgroups']);
  if (group === undefined) return undefined;
  const path = ['appgroups', group, 'apps'];
  const name = pickAny(scene.random, [...scene.target.list(path)]);
  return name === undefined ? undefined : { path: [...path, name], document: { ...scene.target.get([...path, name]) } };
}

function isLossless(scene: MutationScene, app: GroupApp): boolean {
  const keys = documentsIn(app.document, 'credentials');
  return scene.allowResidue || keys.every((key) => isKeyRestorable(scene.target, key));
}

function deleteGroup(scene: MutationScene): Change | undefined {
  const name = sampleName(scene, ['appgroups']);
  if (name === undefined) return undefined;
  const apps = [...scene.target.list(['appgroups', name, 'apps'])].map((app) => {
    const path = ['appgroups', name, 'apps', app];
    return { path, document: { ...scene.target.get(path) } };
  });
  if (!apps.every((app) => isLossless(scene, app))) return undefined;
  if (!isBillingRestorable(scene.target, ['appgroups', name])) return undefined;
  scene.target.delete(['appgroups', name]);
  return changeOf('deleted', ['appgroups', name], `AppGroup ${name} with ${apps.length} apps`);
}

function createGroupApp(scene: MutationScene): Change | undefined {
  const group = sampleName(scene, ['appgroups']);
  if (group === undefined) return undefined;
  const name = `added ${scene.serial}`;
  scene.target.post(['appgroups', group, 'apps'], { name, attributes: oddAttributes(scene.random, 4) });
  return changeOf('created', ['appgroups', group, 'apps', name], `app "${name}" of AppGroup ${group}`);
}

function updateGroupApp(scene: MutationScene): Change | undefined {
  const app = sampleGroupApp(scene);
  if (app === undefined) return undefined;
  scene.target.put(app.path, { ...writableGroupApp(app.document), callbackUrl: `https://${scene.serial}.example/` });
  return changeOf('updated', app.path, `callbackUrl of ${app.path.join('/')}`);
}

function toggleGroupApp(scene: MutationScene): Change | undefined {
  const app = sampleGroupApp(scene);
  if (app === undefined) return undefined;
  const action = textIn(app.document, 'status') === 'approved' ? 'revoke' : 'approve';
  scene.target.setStatus(app.path, action);
  return changeOf('updated', app.path, `the status of ${app.path.join('/')} (${action})`);
}

function deleteGroupApp(scene: MutationScene): Change | undefined {
  const app = sampleGroupApp(scene);
  if (app === undefined || !isLossless(scene, app)) return undefined;
  scene.target.delete(app.path);
  return changeOf('deleted', app.path, app.path.join('/'));
}

function changeGroupKey(scene: MutationScene): Change | undefined {
  const app = sampleGroupApp(scene);
  const key = app === undefined ? undefined : pickAny(scene.random, documentsIn(app.document, 'credentials'));
  if (app === undefined || key === undefined) return undefined;
  const path = [...app.path, 'keys', textIn(key, 'consumerKey')];
  const product = sampleName(scene, ['apiproducts']);
  const change = scene.random.pick([
    { action: textIn(key, 'status') === 'approved' ? 'revoke' : 'approve' },
    { appGroupAppKey: { attributes: [{ name: 'serial', value: scene.serial }], scopes: [] } },
    ...(product === undefined ? [] : [{ apiProducts: [product] }]),
  ]);
  scene.target.post(path, change);
  return changeOf('updated', path, `${Object.keys(change).join()} of a key of ${app.path.join('/')}`);
}

/** Mutations of AppGroups, their apps and keys. */
export const groupMutations: readonly Mutation[] = [
  createGroup,
  updateGroup,
  toggleGroup,
  deleteGroup,
  createGroupApp,
  updateGroupApp,
  toggleGroupApp,
  deleteGroupApp,
  changeGroupKey,
];
