import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { unexpectedAnswer } from './answer-error.ts';
import type { ApiCall } from './transport.ts';

/** Whether the answer says that there is nothing of the kind. RemoteError when it reads so only because it is not understood. */
export function saysNothing({ isVacant, vacancy }: Kind, body: JsonObject, call: ApiCall): boolean {
  if (isVacant?.(body) !== true) return false;
  if (vacancy === undefined) return true;
  for (const [field, type] of Object.entries(vacancy)) {
    const value = valueAt(body, field);
    if (value !== undefined && value !== null && typeOf(value) !== type)
      throw unexpectedAnswer(
        call,
        `something other than ${type === 'array' ? 'an array' : `type ${type}`} in ${field}`,
      );
  }
  const fields = Object.keys(body);
  const isForeign = fields.length > 0 && !fields.some((field) => field in vacancy);
  if (isForeign) throw unexpectedAnswer(call, `nothing but ${fields.join(', ')}`);
  return true;
}

function valueAt(body: JsonObject, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>((value, field) => (isJsonObject(value) ? value[field] : undefined), body);
}

function typeOf(value: JsonValue): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
