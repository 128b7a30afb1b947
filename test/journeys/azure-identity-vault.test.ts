import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { managedIdentityApp } from '../../src/sim/azure/managed-identity.ts';
import { listen } from '../../src/sim/control/listen.ts';
import { startGuardedStorage } from '../harness/blob-guard.ts';
import { useIdentityEnvironment } from '../harness/identity-environment.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

// In a file of its own: the library looks once in a process where its managed identity comes from.
test('a managed identity that reads and adds takes a whole backup; nothing else is allowed to it', async (t) => {
  const storage = await startGuardedStorage({ settings: { versioning: true } });
  t.after(() => storage.close());
  const asked: string[] = [];
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const claims = { iss: 'https://sts.windows.net/tenant/', sub: 'oid-writer', aud: 'https://storage.azure.com' };
  const ofTheWriter = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2ln`;
  const machine = await listen(
    managedIdentityApp({
      identityHeader: 'not used by virtual machines',
      mint: async ({ resource }) => {
        asked.push(resource);
        return { token: ofTheWriter, expiresAtMs: Date.now() + 3_600_000 };
      },
    }),
  );
  t.after(() => machine.close());
  useIdentityEnvironment(t, { AZURE_POD_IDENTITY_AUTHORITY_HOST: machine.url });
  const workplace = await createBackedWorkplace(
    t,
    {},
    { HOLDFAST_VAULT: 'az://vault', HOLDFAST_AZURE_CONNECTION_STRING: storage.connectionString },
  );
  await writeFile(
    join(workplace.folder, 'holdfast.yaml'),
    'organizations:\n  - name: acme-prod\n    identity: {azure: {kind: managed}}\n',
  );
  storage.identities.set(ofTheWriter, { name: 'writer', actions: ['read', 'add'] });
  const asWriter = {
    environment: {
      HOLDFAST_VAULT: `az://${storage.key.account}/vault`,
      HOLDFAST_AZURE_CONNECTION_STRING: undefined,
      HOLDFAST_AZURE_BLOB_ENDPOINT: `${storage.url}/{account}`,
    },
  };
  storage.account.settings.allowSharedKey = false;
  const taken = await workplace.json('backup', ['backup', '--only', 'environments/*'], asWriter);
  assert.equal(taken.document.grade, 'complete', taken.stderr);
  assert.deepEqual([...new Set(asked)], ['https://storage.azure.com']);
  assert.equal((await workplace.run(['verify', '--all-data'], asWriter)).exit, 0);
  const { document: trail } = await workplace.json('audit-list', ['audit', 'list', '--action', 'backup'], asWriter);
  const { facts = {} } = trail.actions.at(-1) ?? {};
  assert.deepEqual(
    [facts['azureIdentity'], facts['azureIssuer'], facts['azureSubject'], facts['issuer']],
    ['managed identity of this machine', claims.iss, claims.sub, 'unknown'],
  );

  storage.identities.set(ofTheWriter, { name: 'reader', actions: ['read'] });
  const refused = await workplace.run(['backup', '--only', 'environments/*'], asWriter);
  assert.equal(refused.exit, 1);
  assert.match(refused.stderr.replaceAll(/\s+/g, ' '), /refused access to write/);
  storage.identities.clear();
  const nobody = await workplace.run(['points'], asWriter);
  assert.equal(nobody.exit, 12, nobody.stderr);
});
