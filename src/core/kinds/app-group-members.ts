import { canonicalJson } from '../canonical-json.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { encodeSegment, idName, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { IdContext } from './kind.ts';

/** The attribute in which the members of an AppGroup stand, as JSON text: `[{"developer":"a@b.com","roles":["admin"]}]`. */
const MEMBERS = '__apigee_reserved__developer_details';

/** Every developerId that the membership names in place of an e-mail. */
export function memberIds(body: JsonObject): string[] {
  return membersIn(textOf(body)).flatMap((member) => {
    const developer = stringField(member, 'developer');
    return developer === undefined || developer.includes('@') ? [] : [developer];
  });
}

/** The members as ids of developers; those that name no developer left out. */
export function memberDevelopers(canonical: JsonValue): ResourceId[] {
  return membersIn(isJsonObject(canonical) ? textOf(canonical) : undefined).flatMap((member) => {
    const developer = stringField(member, 'developer');
    return developer?.includes('@') === true ? [joinId('developers', encodeSegment(developer))] : [];
  });
}

/** True when a member is named by an id behind which a developer may stand who could not be read. */
export function hasUnknownMembers(object: JsonObject, context: IdContext): boolean {
  if (context.isPartlyRead?.('developer') !== true) return false;
  return membersIn(textOf(object)).some((member) => {
    const named = stringField(member, 'developer');
    return named !== undefined && !named.includes('@') && context.find('developer', named) === undefined;
  });
}

/**
 * The object with its membership in one form: named by e-mail, in lower case and in order, roles in order. Text that is no
 * list of members stays as it is.
 */
export function withPlainMembers(object: JsonObject, context: IdContext): JsonObject {
  return mapMembers(object, (text) => {
    const members = membersIn(text);
    if (members.length === 0) return text;
    const plain = members.map((member) => plainMember(member, context));
    return canonicalJson(plain.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)));
  });
}

/** The object with the membership of another. */
export function withMembersOf(object: JsonObject, other: JsonValue): JsonObject {
  const text = isJsonObject(other) ? textOf(other) : undefined;
  return text === undefined ? object : mapMembers(object, () => text);
}

function plainMember(member: JsonObject, context: IdContext): JsonObject {
  const named = stringField(member, 'developer');
  const roles = arrayField(member, 'roles').toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  return {
    ...member,
    ...(named === undefined ? {} : { developer: emailOf(named, context) }),
    // Portals read the roles of every member.
    roles,
  };
}

function emailOf(named: string, context: IdContext): string {
  if (named.includes('@')) return named.toLowerCase();
  const id = context.find('developer', named);
  return id === undefined ? named : idName(id);
}

function mapMembers(object: JsonObject, change: (text: string) => string): JsonObject {
  if (textOf(object) === undefined) return object;
  const attributes = arrayField(object, 'attributes').map((attribute) => {
    const value = isMembers(attribute) ? stringField(attribute, 'value') : undefined;
    return isMembers(attribute) && value !== undefined ? { ...attribute, value: change(value) } : attribute;
  });
  return { ...object, attributes };
}

function isMembers(attribute: JsonValue): attribute is JsonObject {
  return isJsonObject(attribute) && attribute['name'] === MEMBERS;
}

function textOf(object: JsonObject): string | undefined {
  const attribute = arrayField(object, 'attributes').find(isMembers);
  return attribute === undefined ? undefined : stringField(attribute, 'value');
}

/** The members in the text; none when it is no list of objects. */
function membersIn(text: string | undefined): readonly JsonObject[] {
  if (text === undefined) return [];
  let members: JsonValue;
  try {
    members = JSON.parse(text) as JsonValue;
  } catch {
    return [];
  }
  const list: readonly JsonValue[] = Array.isArray(members) ? members : [];
  return list.every(isJsonObject) ? list : [];
}
