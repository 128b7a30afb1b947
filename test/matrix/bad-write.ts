import type { CallBody, CallDraft, TemplateValue } from '../../src/core/call.ts';
import { type JsonObject, stringField } from '../../src/core/json.ts';
import type { ResourceId } from '../../src/core/resource.ts';

/** A resource of the kind as it was read, and where. */
export interface Target {
  readonly id: ResourceId;
  /** The id of what it stands under; '' for the organization. */
  readonly parent: ResourceId;
  /** Where what it stands under is written. */
  readonly parentPath: string;
  /** Where it is written; for what the service named itself, by that name. */
  readonly path: string;
  /** The list that it is in; where it is in none, that of its parent. */
  readonly list: string;
  readonly body: JsonObject;
}

/** A write that the service refuses for what is in it, or for the state that things are in. */
export interface BadWrite {
  readonly why: string;
  readonly call: (target: Target) => Pick<CallDraft, 'method' | 'path' | 'query' | 'body'>;
  readonly status: 400 | 404 | 409;
  /** What the service says. */
  readonly says: RegExp;
}

export const json = (value: TemplateValue): CallBody => ({ type: 'json', value });

/** A POST, PUT or PATCH at a path, with a JSON body. */
export function send(
  method: CallDraft['method'],
  path: string,
  value: TemplateValue,
  query?: CallDraft['query'],
): ReturnType<BadWrite['call']> {
  return { method, path: [path], body: json(value), ...(query === undefined ? {} : { query }) };
}

/** It is there, and is created once more as it is. */
export function again(
  says: RegExp,
  fields: readonly string[],
  query?: (target: Target) => CallDraft['query'],
): BadWrite {
  return {
    why: 'there is one of that name',
    status: 409,
    says,
    call: (target) => send('POST', target.list, taken(target.body, fields), query?.(target)),
  };
}

/** These fields of a body as they are. */
export function taken(body: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => fields.includes(field)));
}

/** A text that the resource has for certain. */
export function textOf(body: JsonObject, field: string): string {
  const text = stringField(body, field);
  if (text === undefined) throw new Error(`it has no ${field}`);
  return text;
}

/** One field of the resource is said otherwise, in an update of the whole. */
export function changed(
  why: string,
  says: RegExp,
  change: JsonObject,
  method: 'PUT' | 'PATCH' = 'PUT',
  query?: CallDraft['query'],
): BadWrite {
  const isWhole = method === 'PUT';
  return {
    why,
    status: 400,
    says,
    call: ({ path, body }) => send(method, path, isWhole ? { ...body, ...change } : change, query),
  };
}
