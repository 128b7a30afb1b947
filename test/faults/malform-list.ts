import type { Kind } from '../../src/core/kinds/kind.ts';
import { isWithin, type ResourceId } from '../../src/core/resource.ts';
import type { WholeReading } from '../apigee/live-organization.ts';
import type { WireAnswer, WireRequest } from './scene.ts';

/** What an answer that should be a list is made into. `field` is the array's name, undefined for a bare array of names. */
export type Malformation = (text: string, field: string | undefined) => string;

export const inList =
  (change: (items: readonly unknown[]) => unknown): Malformation =>
  (text, field) => {
    const whole: unknown = JSON.parse(text);
    if (field === undefined) return JSON.stringify(change(Array.isArray(whole) ? whole : []));
    const fields = new Map<string, unknown>(Object.entries(typeof whole === 'object' && whole !== null ? whole : {}));
    const items = fields.get(field);
    fields.set(field, change(Array.isArray(items) ? items : []));
    return JSON.stringify(Object.fromEntries(fields));
  };

/** Under each of these a kind is not read, and says so. */
export const malformations: { readonly [name: string]: Malformation } = {
  'no JSON': () => 'upstream connect error',
  'nothing at all': () => '',
  'half of the JSON': (text) => text.slice(0, Math.ceil(text.length / 2)),
  'an HTML page': () => '<!doctype html><title>Sign in</title>',
  'JSON null': () => 'null',
  'a number': () => '42',
  'a text': () => '"environments"',
  'the other shape': (_text, field) => (field === undefined ? '{}' : '[]'),
  'an error object with status 200': () => JSON.stringify({ error: { code: 500, message: 'x', status: 'INTERNAL' } }),
  'an account of an error with status 200': () => JSON.stringify({ status: 'error', message: 'x', requestId: '1' }),
  'null in the place of the list': (_text, field) => (field === undefined ? 'null' : JSON.stringify({ [field]: null })),
  'a list under another name': (text, field) =>
    field === undefined ? `{"names":${text}}` : text.replace(JSON.stringify(field), '"otherwise"'),
  'an object in the place of the list': inList(() => ({})),
  'a text in the place of the list': inList(() => 'x'),
  'numbers for items': inList((items) => items.map((_, index) => index)),
  'null among the items': inList((items) => [...items, null]),
  'an array among the items': inList((items) => [[], ...items]),
  'items without any name': inList((items) => items.map((item) => (typeof item === 'string' ? null : {}))),
  'nesting without end': (_text, field) => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    return field === undefined ? deep : `{${JSON.stringify(field)}:${deep}}`;
  },
};

/** Where a list of a kind is asked for. `field` is the array's name, undefined for a bare array of names. */
export interface ListPlace {
  readonly parent: ResourceId;
  readonly path: string;
  readonly field: string | undefined;
}

/** The list with the most of the kind in it; undefined where the organization that was read has none of it. */
export function findList(kind: Kind, whole: WholeReading): ListPlace | undefined {
  const { collection, scope } = kind;
  if (!('list' in collection)) return undefined;
  const idsOf = (name: Kind['name']): readonly ResourceId[] =>
    [...whole.resources.values()].filter((one) => one.kind === name).map(({ id }) => id);
  const parents = scope === 'organization' ? [''] : idsOf(scope);
  const counts = parents.map((parent) => idsOf(kind.name).filter((id) => isWithin(id, parent)).length);
  const most = Math.max(0, ...counts);
  const parent = parents[counts.indexOf(most)];
  if (most === 0 || parent === undefined) return undefined;
  const isOfOrganization = collection.list('') === collection.list('x/y');
  return {
    parent: isOfOrganization ? '' : parent,
    path: collection.list(parent),
    field: 'items' in collection ? collection.items : undefined,
  };
}

/** True for an answer that is the list, with something in it. */
export function isListAnswer(
  request: WireRequest,
  answer: WireAnswer,
  list: ListPlace,
): answer is WireAnswer & { readonly body: string } {
  const [asked = ''] = request.target.split('?');
  if (request.http !== 'GET' || asked !== `/v1/organizations/acme-prod/${list.path}`) return false;
  if (typeof answer.body !== 'string' || answer.status !== 200) return false;
  return list.field === undefined || answer.body.includes(JSON.stringify(list.field));
}
