import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAzureCredential } from '../../src/identity/azure-credential.ts';
import { managedIdentityApp } from '../../src/sim/azure/managed-identity.ts';
import { listen } from '../../src/sim/control/listen.ts';
import { useIdentityEnvironment } from '../harness/identity-environment.ts';

// In a file of its own: the library looks once in a process where its managed identity comes from.
test('a managed identity of a virtual machine comes from its metadata service', async (t) => {
  const asked: string[] = [];
  const app = managedIdentityApp({
    identityHeader: 'not used by virtual machines',
    mint: async ({ resource }) => {
      asked.push(resource);
      return { token: 'of-the-machine', expiresAtMs: Date.now() + 3_600_000 };
    },
  });
  const machine = await listen(app);
  t.after(() => machine.close());
  useIdentityEnvironment(t, { AZURE_POD_IDENTITY_AUTHORITY_HOST: machine.url });
  const credential = createAzureCredential({ identity: { kind: 'managed' }, environment: {} });
  const get = async (): Promise<string | undefined> => (await credential.getToken('api://holdfast/.default'))?.token;
  assert.equal(await get(), 'of-the-machine');
  assert.equal(await get(), 'of-the-machine');
  assert.deepEqual(asked, ['api://holdfast'], 'the second time it is remembered');
});
