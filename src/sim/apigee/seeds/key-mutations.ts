import { documentsIn, textIn, textsIn } from '../document.ts';
import type { Document } from '../document.ts';
import { appLabel, sampleApp } from './consumer-mutations.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { isAssociationRestorable, isKeyRestorable } from './restorable.ts';
import type { FoundApp } from './restorable.ts';

interface FoundKey {
  readonly app: FoundApp;
  readonly document: Document;
  readonly path: readonly string[];
  readonly label: string;
}

function sampleKey(scene: MutationScene): FoundKey | undefined {
  const app = sampleApp(scene);
  if (app === undefined) return undefined;
  const document = pickAny(scene.random, documentsIn(app.document, 'credentials'));
  if (document === undefined) return undefined;
  const path = [...app.path, 'keys', textIn(document, 'consumerKey')];
  return { app, document, path, label: `a key of ${appLabel(app)}` };
}

function toggleKey(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  if (key === undefined) return undefined;
  const action = textIn(key.document, 'status') === 'approved' ? 'revoke' : 'approve';
  scene.target.post(key.path, undefined, { action });
  return changeOf('updated', key.path, `the status of ${key.label} (${action})`);
}

const mostKeys = 9;

function addKey(scene: MutationScene): Change | undefined {
  const app = sampleApp(scene);
  if (app === undefined || documentsIn(app.document, 'credentials').length > mostKeys) return undefined;
  const consumerKey = `added-${scene.serial}-${scene.random.token(20)}`;
  const lifetime = scene.random.chance(0.3) ? { expiresInSeconds: '315360000' } : {};
  scene.target.post([...app.path, 'keys'], { consumerKey, consumerSecret: scene.random.token(32), ...lifetime });
  return changeOf('created', [...app.path, 'keys', consumerKey], `a key of ${appLabel(app)}`);
}

function deleteKey(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  if (key === undefined || !(scene.allowResidue || isKeyRestorable(scene.target, key.document))) return undefined;
  scene.target.delete(key.path);
  return changeOf('deleted', key.path, key.label);
}

function addAssociation(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  const product = sampleName(scene, ['apiproducts']);
  if (key === undefined || product === undefined) return undefined;
  if (documentsIn(key.document, 'apiProducts').some((row) => textIn(row, 'apiproduct') === product)) return undefined;
  scene.target.post(key.path, { apiProducts: [product] });
  return changeOf('updated', key.path, `${key.label}: product ${product} added`);
}

function sampleAssociation(scene: MutationScene, key: FoundKey): Document | undefined {
  return pickAny(scene.random, documentsIn(key.document, 'apiProducts'));
}

function removeAssociation(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  const row = key === undefined ? undefined : sampleAssociation(scene, key);
  if (key === undefined || row === undefined) return undefined;
  if (!scene.allowResidue && !isAssociationRestorable(scene.target, row)) return undefined;
  const product = textIn(row, 'apiproduct');
  scene.target.delete([...key.path, 'apiproducts', product]);
  return changeOf('updated', key.path, `${key.label}: product ${product} removed`);
}

/** A pending association is decided only with `allowResidue`: no call makes a decided one pending again. */
function toggleAssociation(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  const row = key === undefined ? undefined : sampleAssociation(scene, key);
  if (key === undefined || row === undefined) return undefined;
  const status = textIn(row, 'status');
  if (status === 'pending' && !scene.allowResidue) return undefined;
  const product = textIn(row, 'apiproduct');
  const action = status === 'approved' ? 'revoke' : 'approve';
  scene.target.post([...key.path, 'apiproducts', product], undefined, { action });
  return changeOf('updated', key.path, `${key.label}: product ${product} (${action})`);
}

function replaceScopes(scene: MutationScene): Change | undefined {
  const key = sampleKey(scene);
  if (key === undefined) return undefined;
  const offered = documentsIn(key.document, 'apiProducts').flatMap((row) =>
    textsIn({ ...scene.target.get(['apiproducts', textIn(row, 'apiproduct')]) }, 'scopes'),
  );
  const held = textsIn(key.document, 'scopes');
  const scopes = [...new Set(offered)].filter((scope) => !held.includes(scope));
  if (scopes.length === 0) return undefined;
  scene.target.put(key.path, { scopes });
  return changeOf('updated', key.path, `the scopes of ${key.label}`);
}

/** Mutations of keys and of what they open. */
export const keyMutations: readonly Mutation[] = [
  toggleKey,
  addKey,
  deleteKey,
  addAssociation,
  removeAssociation,
  toggleAssociation,
  replaceScopes,
];
