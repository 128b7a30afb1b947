import type { JsonObject, JsonValue } from './json.ts';
import { isArray } from './canonical-json.ts';
import { credentialMask, isCredentialName, maskCredentials } from './credential-patterns.ts';
import { bigNumberPrefix } from './parse-json.ts';

/**
 * A value of a resource's config part as it may be shown: what looks like a credential, by its shape or by the name of its
 * field or of its attribute, is masked. Numbers that `parseJson` kept as text show their digits.
 */
export function shownValue(value: JsonValue, name: string): JsonValue {
  if (typeof value === 'string') return shownText(value, name);
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map((element) => shownValue(element, name));
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [field, shownValue(item, nameOf(value, field))]),
  );
}

/** The same for a text. */
export function shownText(text: string, name: string): string {
  if (text !== '' && isCredentialName(name)) return credentialMask;
  if (text.startsWith(bigNumberPrefix)) return text.slice(bigNumberPrefix.length);
  return maskCredentials(text);
}

/** An attribute's value is named by the attribute, any other field by itself. */
function nameOf(object: JsonObject, field: string): string {
  const { name } = object;
  return field === 'value' && typeof name === 'string' ? name : field;
}

/** True when nothing of the value is left to see. */
export function isWhollyMasked(value: JsonValue | undefined): boolean {
  return value === credentialMask;
}
