import { bodyObject, type Fault, json } from './arsenal.ts';
import type { WireAnswer } from './scene.ts';

const owners = { proxy: 'apis', 'shared flow': 'sharedflows', product: 'apiproducts' } as const;

function isOwner(kind: string): kind is keyof typeof owners {
  return kind in owners;
}

/** The list without what is hidden. */
function without(answer: WireAnswer, isHidden: (name: string) => boolean): WireAnswer {
  const all = bodyObject(answer);
  if (all === undefined) return answer;
  const shown = Object.entries(all).map(([field, value]) => [
    field,
    // The lists are the simulator's own, of objects that have names.
    Array.isArray(value) ? value.filter((item: { readonly name?: string }) => !isHidden(item.name ?? '')) : value,
  ]);
  return { ...answer, body: JSON.stringify(Object.fromEntries(shown)) };
}

/** The identity may see the spaces, and nothing that is in them: lists leave it out, and asking for it is refused. */
export const spacesHide: Fault = {
  name: 'spaces hide resources from lists',
  phases: ['capture'],
  arm(arsenal) {
    const lines = arsenal.scene
      .dump()
      .filter(({ value }) => typeof value['space'] === 'string' && value['space'] !== '');
    const hidden = new Set(
      lines.flatMap(({ kind, key }) => (isOwner(kind) ? [`${owners[kind]}/${encodeURIComponent(key)}`] : [])),
    );
    arsenal.wire(async (request, handle) => {
      const path = request.target.replace(/\?.*/, '');
      const [, collection = '', name] =
        /^\/v1\/organizations\/[^/]+\/(apis|sharedflows|apiproducts)(?:\/([^/]+))?/.exec(path) ?? [];
      if (name === undefined && collection !== '' && request.http === 'GET') {
        return without(await handle(request), (each) => {
          const isHidden = hidden.has(`${collection}/${encodeURIComponent(each)}`);
          if (isHidden) arsenal.strike(spacesHide.name);
          return isHidden;
        });
      }
      if (name === undefined || !hidden.has(`${collection}/${encodeURIComponent(decodeURIComponent(name))}`))
        return handle(request);
      const error = { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' };
      return { delivery: 'whole', status: 403, headers: json, body: JSON.stringify({ error }) };
    });
  },
};
