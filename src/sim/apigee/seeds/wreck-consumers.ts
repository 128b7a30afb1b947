import { documentsIn, textIn } from '../document.ts';
import type { Document } from '../document.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { isBillingRestorable } from './billing-restorable.ts';
import {
  findResource,
  isAppRestorable,
  isAssociationRestorable,
  listApps,
  withoutServerFields,
  writableApp,
} from './restorable.ts';
import type { FoundApp } from './restorable.ts';

/** Developers of the seeds whose apps show the most; looked at before others. */
const preferredEmails = [
  'orders@bakery.example',
  "pia.o'neil@bike-shop.example",
  'jun.tanaka@noodle-bar.example',
  'a@b.example',
  'finance-tools@acme-pay.example',
  'mobile-team@acme-pay.example',
  'zoe_25%off@florist.example',
];

/** So many developers are looked at; enough on any organization, and little on a huge one. */
const surveyedDevelopers = 60;

/** Damage to developers, apps and keys, one sentence for each. No app is damaged twice. */
export function wreckConsumers(target: WreckTarget): string[] {
  const emails = surveyedEmails(target);
  const lost = emails.find((email) => isDeletable(target, email));
  const others = emails.filter((email) => email !== lost);
  const pool = others.flatMap((email) => listApps(target, email)).filter((app) => isAppRestorable(target, app));
  const sentences = lost === undefined ? [] : [deleteDeveloper(target, lost)];
  for (const damage of appDamages) {
    const position = pool.findIndex((app) => damage.fits(target, app));
    const [victim] = position < 0 ? [] : pool.splice(position, 1);
    if (victim !== undefined) sentences.push(damage.inflict(target, victim));
  }
  return [...sentences, ...deactivateDeveloper(target, others)];
}

function surveyedEmails(target: WreckTarget): string[] {
  const emails = preferredEmails.filter((email) => findResource(target, ['developers', email]) !== undefined);
  for (const email of target.list(['developers'])) {
    if (emails.length >= surveyedDevelopers) break;
    if (!emails.includes(email)) emails.push(email);
  }
  return emails;
}

function isDeletable(target: WreckTarget, email: string): boolean {
  if (!isBillingRestorable(target, ['developers', email])) return false;
  const count = [...target.list(['developers', email, 'apps'])].length;
  return count > 0 && count <= 20 && listApps(target, email).every((app) => isAppRestorable(target, app));
}

function deleteDeveloper(target: WreckTarget, email: string): string {
  const names = [...target.list(['developers', email, 'apps'])].map((name) => `"${name}"`);
  target.delete(['developers', email]);
  return `deleted the developer ${email} with the apps ${names.join(', ')}`;
}

/** Switches off the last of the developers that is on. */
function deactivateDeveloper(target: WreckTarget, emails: readonly string[]): string[] {
  const preferred = 'finance-tools@acme-pay.example';
  const order = [...emails.filter((email) => email === preferred), ...emails.toReversed()];
  const email = order.find((each) => target.get(['developers', each])['status'] === 'active');
  if (email === undefined) return [];
  const body = { ...withoutServerFields(target.get(['developers', email])), lastName: 'UNKNOWN' };
  target.put(['developers', email], body);
  target.post(['developers', email], undefined, { action: 'inactive' });
  return [`switched off the developer ${email} and overwrote the last name`];
}

interface AppDamage {
  fits(target: WreckTarget, app: FoundApp): boolean;
  inflict(target: WreckTarget, app: FoundApp): string;
}

const keysOf = (app: FoundApp): Document[] => documentsIn(app.document, 'credentials');
const label = (app: FoundApp): string => `the app "${app.name}" of ${app.email}`;

interface Association {
  readonly key: string;
  readonly product: string;
}

/** An association that works; a pending one is only ever lost together with its app, and born pending again with it. */
function findWorkingAssociation(target: WreckTarget, app: FoundApp): Association | undefined {
  for (const key of keysOf(app)) {
    for (const row of documentsIn(key, 'apiProducts')) {
      if (textIn(row, 'status') === 'approved' && isAssociationRestorable(target, row)) {
        return { key: textIn(key, 'consumerKey'), product: textIn(row, 'apiproduct') };
      }
    }
  }
  return undefined;
}

function getWorkingAssociation(target: WreckTarget, app: FoundApp): Association {
  const found = findWorkingAssociation(target, app);
  if (found === undefined) throw new Error(`${label(app)} has no key that opens anything`);
  return found;
}

const hasWorkingAssociation = (target: WreckTarget, app: FoundApp): boolean =>
  findWorkingAssociation(target, app) !== undefined;

function getKey(app: FoundApp, position: number): string {
  const key = keysOf(app).at(position);
  if (key === undefined) throw new Error(`${label(app)} has no key ${position}`);
  return textIn(key, 'consumerKey');
}

const isPending = (app: FoundApp): boolean =>
  keysOf(app).some((key) => documentsIn(key, 'apiProducts').some((row) => textIn(row, 'status') === 'pending'));

function deleteApp(target: WreckTarget, app: FoundApp): string {
  target.delete(app.path);
  return `deleted ${label(app)} with its keys (${keysOf(app).length})`;
}

/** In this order; each takes the first app left that fits it. */
const appDamages: readonly AppDamage[] = [
  {
    fits: (_, app) => isPending(app) && keysOf(app).length === 1,
    inflict: (target, app) => `${deleteApp(target, app)}, one of which waited for an approval`,
  },
  {
    fits: (_, app) => keysOf(app).length === 2 && !isPending(app),
    inflict: (target, app) => {
      target.delete([...app.path, 'keys', getKey(app, 1)]);
      return `deleted the second key of ${label(app)}`;
    },
  },
  {
    fits: (target, app) => keysOf(app).length === 1 && hasWorkingAssociation(target, app),
    inflict: (target, app) => {
      const { key, product } = getWorkingAssociation(target, app);
      target.delete([...app.path, 'keys', key, 'apiproducts', product]);
      return `took the product ${product} from the key of ${label(app)}`;
    },
  },
  {
    fits: hasWorkingAssociation,
    inflict: (target, app) => {
      const { key, product } = getWorkingAssociation(target, app);
      target.post([...app.path, 'keys', key, 'apiproducts', product], undefined, { action: 'revoke' });
      return `revoked the product ${product} on a key of ${label(app)}`;
    },
  },
  {
    fits: (_, app) => keysOf(app).length > 0 && textIn(keysOf(app)[0] ?? {}, 'status') === 'approved',
    inflict: (target, app) => {
      target.post([...app.path, 'keys', getKey(app, 0)], undefined, { action: 'revoke' });
      return `revoked the first key of ${label(app)}`;
    },
  },
  {
    fits: (_, app) => textIn(app.document, 'status') === 'approved' && keysOf(app).length > 0,
    inflict: (target, app) => {
      target.post(app.path, undefined, { action: 'revoke' });
      return `revoked ${label(app)}`;
    },
  },
  {
    fits: (_, app) => documentsIn(app.document, 'attributes').length > 0,
    inflict: (target, app) => {
      const attributes = [{ name: 'migrated', value: 'true' }];
      target.put(app.path, { ...writableApp(app), attributes, callbackUrl: 'http://localhost:3000/callback' });
      return `overwrote the attributes and the callback of ${label(app)}`;
    },
  },
  { fits: (_, app) => keysOf(app).length > 0, inflict: deleteApp },
];
