import type { JsonObject, JsonValue } from '../../src/core/json.ts';

/**
 * Kinds whose lines in a dump say something that an answer of the service does not say by itself: what a restore must bring
 * about under other numbers and ids. Their contents are compared by `judgeContents` and, after restores, dump with dump.
 */
const otherwiseDumped: ReadonlySet<string> = new Set([
  'AppGroup',
  'archive deployment',
  'catalog item',
  'documentation of a catalog item',
  'deployment',
  'security profile',
  'wallet',
]);

/** What the service's own answer says in the fields of a dump's line of the kind; `undefined` where it cannot. */
export function saidInDump(kind: string, body: JsonObject): JsonObject | undefined {
  if (otherwiseDumped.has(kind)) return undefined;
  return { ...body, ...translations[kind]?.(body) };
}

const translations: { readonly [kind: string]: (body: JsonObject) => JsonObject } = {
  key: associations,
  'AppGroup key': associations,
  organization: ({ addonsConfig }) => ({ addons: switchedOn(addonsConfig) }),
  'environment add-ons': (body) => ({ addons: switchedOn(body) }),
  'DNS zone': shortName,
  'endpoint attachment': shortName,
  'service extension': shortName,
  'NAT address': ({ state }) => ({ isActive: state === 'ACTIVE' }),
  'rate plan': ({ state }) => ({ published: state ?? null }),
  'resource file': ({ content, contentBase64 }) => ({
    content: contentBase64 ?? Buffer.from(textIn(content)).toString('base64'),
  }),
  'IAM policy': ({ bindings, auditConfigs }) => ({
    grants: objectsIn(bindings).flatMap(({ role, condition, members }) =>
      textsIn(members)
        .filter((member) => !member.startsWith('deleted:'))
        .map((member) => `${textIn(role)} ${JSON.stringify(condition ?? null)} ${member}`),
    ),
    audited: objectsIn(auditConfigs).flatMap(({ service, auditLogConfigs }) =>
      objectsIn(auditLogConfigs).map(({ logType, exemptedMembers }) =>
        [textIn(service), textIn(logType), ...textsIn(exemptedMembers).toSorted()].join(' '),
      ),
    ),
  }),
  'security action': ({ expireTime }) => ({
    expireTime: typeof expireTime === 'string' ? Date.parse(expireTime) : null,
  }),
};

function shortName({ name }: JsonObject): JsonObject {
  return { name: textIn(name).split('/').at(-1) ?? '' };
}

function associations({ apiProducts }: JsonObject): JsonObject {
  return {
    apiProducts: objectsIn(apiProducts).map(({ apiproduct, status }) => `${textIn(apiproduct)} ${textIn(status)}`),
  };
}

function switchedOn(addons: JsonValue | undefined): string[] {
  return Object.entries(objectIn(addons)).flatMap(([name, addon]) =>
    objectIn(addon)['enabled'] === true ? [name] : [],
  );
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((one: JsonValue) => objectIn(one)) : [];
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
