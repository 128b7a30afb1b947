import assert from 'node:assert/strict';
import { kinds } from '../../src/core/kinds/index.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import { isListedPerParent, kindsToRead } from '../../src/core/reading-order.ts';
import { openOrganization, readAll } from '../apigee/live-organization.ts';
import { ORGANIZATION } from '../restore/stage.ts';
import type { Place } from './place.ts';

/** Reading the kind is refused: the gap says so, and nothing is taken for empty. */
export async function checkDeniedRead(kind: Kind, place: Place): Promise<string> {
  const refused = kind.collection.style === 'embedded' && kind.scope !== 'organization' ? kinds[kind.scope] : kind;
  const rules = [...pathsOf(refused, place)].map((path) => ({
    fault: { kind: 'status' as const, status: 403 },
    path: `^/v1/organizations/${ORGANIZATION}${path === '' || path.startsWith(':') ? '' : '/'}${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\?|$)`,
  }));
  assert.ok(rules.length > 0);
  const { simulator, url } = place;
  simulator.setFaults(rules);
  const client = openOrganization(url);
  try {
    const only = kindsToRead((name) => name === kind.name || name === refused.name).map(({ kind: { name } }) => name);
    const reading = await readAll(client.live, { only });
    const gaps = reading.gaps.filter((gap) => gap.kind === kind.name).map(({ gap }) => gap);
    assert.ok(
      gaps.some(({ state }) => state === 'denied'),
      `${JSON.stringify(gaps)} says nothing of a refusal`,
    );
    const read = [...reading.resources.values()].filter((resource) => resource.kind === kind.name);
    assert.deepEqual(
      read.map(({ id }) => id),
      [],
      'read in spite of the refusal',
    );
    return `${gaps.length} denied`;
  } finally {
    simulator.setFaults([]);
    await client.close();
  }
}

/** The paths by which the kind is read: its lists, or its resources where there is no list. */
function* pathsOf(kind: Kind, place: Place): Generator<string> {
  const { collection } = kind;
  if (collection.style === 'singleton') for (const id of place.idsOf(kind.name)) yield place.pathOf(kind, id);
  else if (collection.style === 'revisions') {
    for (const parent of kind.scope === 'organization' ? [] : place.idsOf(kind.scope)) {
      for (let number = 1; number < 20; number += 1) yield collection.bundle(parent, String(number));
    }
  } else if ('list' in collection) {
    const parents = isListedPerParent(kind) && kind.scope !== 'organization' ? place.idsOf(kind.scope) : [''];
    for (const parent of parents) yield collection.list(parent);
  }
}
