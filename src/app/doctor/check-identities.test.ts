import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIdentities } from './check-identities.ts';
import type { IdentityExamination } from './examination.ts';

const identity = (who: string, account?: string): IdentityExamination => ({
  who,
  account,
  signIn: async () => {},
  tryWrite: async () => 'refused',
  ownPermissions: async () => [],
});

async function apart(capture: IdentityExamination, restore: IdentityExamination): Promise<string | undefined> {
  const identities = async () => ({ parted: true, capture, restore });
  const checks = await checkIdentities({ identities }, 'o');
  return checks.find(({ id }) => id === 'identities-apart')?.state;
}

test('two identities are apart only where both accounts are known', async () => {
  assert.equal(await apart(identity('c', 'c@p'), identity('r', 'r@p')), 'ok');
  assert.equal(await apart(identity('c', 'c@p'), identity('r', 'c@p')), 'finding');
  assert.equal(await apart(identity('file a'), identity('file b')), 'unknown');
  assert.equal(await apart(identity('c', 'c@p'), identity('file b')), 'unknown');
  assert.equal(await apart(identity('file a'), identity('r', 'r@p')), 'unknown');
  assert.equal(await apart(identity('file a'), identity('file a')), 'finding');
});
