import { ApiError } from '../api-error.ts';
import { documentsIn, textIn } from '../document.ts';
import type { Document } from '../document.ts';
import type { SeedDocument } from '../organization-seed.ts';
import type { ResourcePath, WreckTarget } from '../wreck-target.ts';
import { daysAfter } from './moments.ts';

/** A developer's app as it stands, with the path by which it is reached. */
export interface FoundApp {
  readonly email: string;
  readonly name: string;
  readonly path: ResourcePath;
  readonly document: Document;
}

/** The app of that name, read afresh. */
export function getApp(target: WreckTarget, email: string, name: string): FoundApp {
  const path = ['developers', email, 'apps', name];
  return { email, name, path, document: { ...target.get(path) } };
}

/** All apps of a developer. */
export function listApps(target: WreckTarget, email: string): FoundApp[] {
  return [...target.list(['developers', email, 'apps'])].map((name) => getApp(target, email, name));
}

/** What stands at the path, or undefined where the API answers 404. */
export function findResource(target: WreckTarget, path: ResourcePath): SeedDocument | undefined {
  try {
    return target.get(path);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

/** The environments to which proxies are deployed one by one. */
export function proxyEnvironments(target: WreckTarget): string[] {
  return [...target.list(['environments'])].filter(
    (name) => target.get(['environments', name])['deploymentType'] !== 'ARCHIVE',
  );
}

/** Later than any run of a simulator that started from a seed: a key that ends after it has not expired and will not soon. */
const farOffMs = Number(daysAfter(2_000));

/**
 * Whether the API could make this key again once it is gone: an expired key cannot be written, one that ends soon may
 * expire before it is put back, and an association is only born pending where its product asks for approval.
 */
export function isKeyRestorable(target: WreckTarget, key: Document): boolean {
  const expiresAt = Number(textIn(key, 'expiresAt') || '-1');
  if (expiresAt > 0 && expiresAt < farOffMs) return false;
  return documentsIn(key, 'apiProducts').every((row) => isAssociationRestorable(target, row));
}

/** Whether the API could give a deleted association its status back. */
export function isAssociationRestorable(target: WreckTarget, association: Document): boolean {
  if (textIn(association, 'status') !== 'pending') return true;
  const product = findResource(target, ['apiproducts', textIn(association, 'apiproduct')]);
  return product?.['approvalType'] === 'manual';
}

/** Whether all keys of the app could be made again. */
export function isAppRestorable(target: WreckTarget, app: FoundApp): boolean {
  return documentsIn(app.document, 'credentials').every((key) => isKeyRestorable(target, key));
}

/** The fields of an app that PUT replaces; without `apiProducts`, which would mint another key. */
export function writableApp(app: FoundApp): SeedDocument {
  const { name, callbackUrl, attributes, scopes, appFamily } = app.document;
  const fields = { name, callbackUrl, attributes, scopes, appFamily };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The same of an AppGroup's app. */
export function writableGroupApp({ name, callbackUrl, attributes, scopes }: Document): SeedDocument {
  const fields = { name, callbackUrl, attributes, scopes };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A document without what the server gives: the body of a PUT that keeps everything else. */
export function withoutServerFields(document: SeedDocument): SeedDocument {
  const { createdAt: _, lastModifiedAt: __, developerId: ___, organizationName, status, apps, ...kept } = document;
  return kept;
}
