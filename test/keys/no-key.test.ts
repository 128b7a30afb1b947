import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { openEverything } from './open-everything.ts';

test('without any key a vault shows neither names of resources, nor configuration, nor secrets', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const { opened, refused, readable } = await openEverything(join(workplace.folder, 'vault'), {});
  assert.equal(opened.size, 0);
  assert.deepEqual([...refused.keys()].sort(), ['config', 'meta', 'secret']);
  const { document } = await workplace.json('ls', ['ls', 'latest']);
  // Shorter names may stand in random bytes or in what is public.
  const names = document.resources.map(({ id }) => id).filter((id) => id.length >= 20);
  assert.ok(names.length > 300);
  const all = Buffer.concat(readable);
  for (const name of [...names, 'orders@bakery.example', 'payouts.int.acme-pay.example'])
    assert.ok(!all.includes(name), name);
});
