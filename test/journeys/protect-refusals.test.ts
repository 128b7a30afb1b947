import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addArchivingPolicy,
  addContainer,
  addRecoveryServicesVault,
  type ResourceManagerSimulator,
} from '../../src/sim/azure/resource-manager/index.ts';
import { ACCOUNT_ID, SUBSCRIPTION, VAULT_ID } from '../harness/azure-world.ts';
import { type AzureWorkplace, configure, createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';

const CONTAINER_ID = `${ACCOUNT_ID}/blobServices/default/containers/apigee`;
const GUARD = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-backup/providers/Microsoft.DataProtection/resourceGuards/guard`;

interface Case {
  readonly name: string;
  /** Over the usual section. */
  readonly section?: Readonly<Record<string, unknown>>;
  /** What somebody did before. */
  readonly before?: (simulator: ResourceManagerSimulator) => void;
  readonly says: readonly RegExp[];
  readonly exit?: number;
}

function set(id: string, properties: Readonly<Record<string, unknown>>): (simulator: ResourceManagerSimulator) => void {
  return (simulator) => simulator.edit(id, (resource) => Object.assign(resource.properties, properties));
}

const cases: readonly Case[] = [
  {
    name: 'no such subscription',
    section: { subscription: '99999999-2222-4333-8444-555555555555' },
    says: [/There is no subscription 99999999-2222-4333-8444-555555555555, or this identity may not see it/],
  },
  {
    name: 'no such resource group of the account',
    section: { storageResourceGroup: 'rg-none' },
    says: [/There is no resource group rg-none/, /az group create/],
  },
  {
    name: 'no such resource group of the vault',
    section: { resourceGroup: 'rg-none', storageResourceGroup: 'rg-backup', drill: undefined },
    says: [/There is no resource group rg-none/],
  },
  {
    name: 'no such account',
    section: { storageAccount: 'nobodys' },
    says: [/There is no Microsoft\.Storage\/storageAccounts nobodys/, /Check protect\.storageAccount/],
  },
  {
    name: 'no such container',
    section: { containers: ['none'] },
    says: [/There is no container none/, /holdfast init/],
  },
  {
    name: 'no such guard',
    section: { guard: GUARD },
    says: [/There is no Microsoft\.DataProtection\/resourceGuards guard/],
  },
  {
    name: 'no such drill account',
    section: { drill: { storageAccount: 'nodrill' } },
    says: [/storageAccounts nodrill/, /Check protect\.drill/],
  },
  {
    name: 'the drill account is the account itself',
    section: { drill: { storageAccount: 'apigeebackup' } },
    says: [/restored into another account only/],
  },
  {
    name: 'a hierarchical namespace',
    before: set(ACCOUNT_ID, { isHnsEnabled: true }),
    says: [/has a hierarchical namespace/],
  },
  {
    name: 'an account of another kind',
    before: (simulator) =>
      simulator.edit(ACCOUNT_ID, (account) => Object.assign(account, { kind: 'BlockBlobStorage' })),
    says: [/is BlockBlobStorage Standard_ZRS/],
  },
  { name: 'another region', section: { location: 'northeurope' }, says: [/protect\.location is northeurope/] },
  {
    name: 'a lifecycle that archives',
    before: ({ world }) => {
      const account = world.find(ACCOUNT_ID);
      assert.ok(account !== undefined);
      addArchivingPolicy(world, account, 'apigee/orgs');
    },
    says: [/The lifecycle rule to-archive moves blobs of the container apigee to the archive tier/],
  },
  {
    name: 'a locked immutability that is too short',
    before: set(CONTAINER_ID, {
      hasImmutabilityPolicy: true,
      immutabilityPolicy: { etag: '"1"', properties: { state: 'Locked', immutabilityPeriodSinceCreationInDays: 40 } },
    }),
    says: [
      /immutable for 40 days, locked; needed are 61: 31 days of an epoch \+ 30 guaranteed days\. 21 days are short/,
    ],
  },
  {
    name: 'more than a hundred containers',
    section: { containers: Array.from({ length: 101 }, (_, index) => `c${String(index).padStart(3, '0')}`) },
    before: ({ world }) => {
      const account = world.find(ACCOUNT_ID);
      assert.ok(account !== undefined);
      for (let index = 0; index < 101; index += 1) addContainer(world, account, `c${String(index).padStart(3, '0')}`);
    },
    says: [/101 containers would be backed up, and Azure takes at most 100/],
  },
  {
    name: 'a Recovery Services vault by mistake',
    section: { vault: { name: 'vm-vault' } },
    before: ({ world }) => {
      addRecoveryServicesVault(world, { subscription: SUBSCRIPTION, group: 'rg-backup', name: 'vm-vault' });
    },
    says: [
      /vm-vault is a Recovery Services vault \(Microsoft\.RecoveryServices\/vaults; its soft delete is Enabled\)/,
      /never blobs/,
      /Microsoft\.DataProtection\/backupVaults/,
    ],
  },
  {
    name: 'an account that cannot be read',
    before: ({ denials }) => void denials.push({ action: 'Microsoft.Storage/storageAccounts/read' }),
    says: [/storageAccounts apigeebackup cannot be read/, /AuthorizationFailed/],
  },
  {
    name: 'who backs it up cannot be read',
    before: ({ denials }) =>
      void denials.push({ action: 'Microsoft.DataProtection/backupVaults/backupInstances/read' }),
    says: [/Who backs the storage account up cannot be read/],
  },
  {
    name: 'roles that cannot be read',
    before: ({ denials }) => void denials.push({ action: 'Microsoft.Authorization/roleAssignments/read' }),
    says: [/role assignments of the storage account cannot be read/],
  },
  {
    name: 'a token that is refused',
    before: ({ refusedTokens }) => void refusedTokens.add('for https://management.azure.com'),
    says: [/401, InvalidAuthenticationToken/, /UNAUTHENTICATED/],
    exit: 12,
  },
];

test('what is in the way of a protection is refused, each with its own words, and nothing is written', async (t) => {
  for (const { name, section = {}, before, says, exit = 1 } of cases) {
    await t.test(name, async (own) => {
      const place = await createAzureWorkplace(own, { ...protectSection, ...section });
      before?.(place.world.simulator);
      const outcome = await place.run(['protect', 'apply', '--yes']);
      assert.equal(outcome.exit, exit, outcome.stderr);
      const said = outcome.stderr.replaceAll(/\s+/g, ' ');
      for (const pattern of says) assert.match(said, pattern);
      assert.deepEqual(place.world.simulator.writes, []);
    });
  }
});

test('several things in the way are told at once', async (t) => {
  const place = await createAzureWorkplace(t, { ...protectSection, location: 'northeurope' });
  place.world.simulator.edit(ACCOUNT_ID, ({ properties }) => Object.assign(properties, { isHnsEnabled: true }));
  const { stderr } = await place.run(['protect', 'plan']);
  assert.match(stderr, /1\. The storage account apigeebackup has a hierarchical/);
  assert.match(stderr, /2\. protect\.location is northeurope/);
});

async function protectBy(place: AzureWorkplace, vault: string): Promise<void> {
  await configure(place, { ...protectSection, vault: { name: vault } });
  const { exit, stderr } = await place.run(['protect', 'apply', '--yes']);
  assert.equal(exit, 0, stderr);
}

test('an account that another vault protects is left to that vault', async (t) => {
  const place = await createAzureWorkplace(t);
  await protectBy(place, 'their-vault');
  await configure(place, protectSection);
  const { exit, stderr } = await place.run(['protect', 'plan']);
  assert.equal(exit, 1);
  assert.match(
    stderr.replaceAll(/\s+/g, ' '),
    /already protected by another Backup vault: \/subscriptions\/.*their-vault/,
  );
  const status = await place.json('protect-status', ['protect', 'status']);
  assert.match(status.document.findings.join(), /protected by another Backup vault/);
});

test('a vault in another region, of another redundancy, without its guard', async (t) => {
  const place = await createAzureWorkplace(t);
  await protectBy(place, 'holdfast-vault');
  const { simulator } = place.world;
  await simulator.handle({
    method: 'PUT',
    target: `${GUARD}?api-version=2026-06-01`,
    headers: { authorization: 'Bearer owner' },
    body: JSON.stringify({ location: 'westeurope', properties: {} }),
  });
  await configure(place, {
    ...protectSection,
    guard: GUARD,
    vault: { name: 'holdfast-vault', redundancy: 'ZoneRedundant' },
  });
  const { document } = await place.json('protect-plan', ['protect', 'plan']);
  assert.deepEqual(document.steps, []);
  assert.match(document.notes.join('\n'), /is GeoRedundant, asked for is ZoneRedundant: that cannot be changed/);
  assert.match(document.notes.join('\n'), /guard is not on the Backup vault.*subscription of the vault/s);
  simulator.edit(VAULT_ID, (vault) => Object.assign(vault, { location: 'northeurope' }));
  assert.match((await place.run(['protect', 'plan'])).stderr, /is in northeurope/);
});

test('higher settings that are there are kept, and containers of others stay covered', async (t) => {
  const place = await createAzureWorkplace(t);
  const { simulator } = place.world;
  const account = simulator.world.find(ACCOUNT_ID);
  assert.ok(account !== undefined);
  addContainer(simulator.world, account, 'theirs');
  await configure(place, {
    ...protectSection,
    containers: ['theirs'],
    vault: { name: 'holdfast-vault', softDeleteDays: 90 },
  });
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  simulator.edit(`${ACCOUNT_ID}/blobServices/default`, ({ properties }) => {
    properties['deleteRetentionPolicy'] = { enabled: true, days: 200, allowPermanentDelete: false };
    properties['isVersioningEnabled'] = false;
  });
  await configure(place, protectSection);
  const { document } = await place.json('protect-apply', ['protect', 'apply', '--yes']);
  assert.deepEqual(
    document.steps.map(({ id }) => id),
    ['blob-service', 'immutability:apigee', 'instance'],
  );
  const azure = place.world.client();
  assert.equal((await azure.getBlobService(ACCOUNT_ID)).softDelete.days, 200);
  assert.equal((await azure.getVault(VAULT_ID)).softDelete.days, 90);
  const [instance] = await azure.listInstancesOf(ACCOUNT_ID);
  assert.deepEqual(instance?.containers, ['apigee', 'theirs']);
});

test('blobs have to outlive the epochs and the guarantee that the vault has, unless the section says other days', async (t) => {
  const place = await createAzureWorkplace(t);
  const why = async (immutability?: object): Promise<string> => {
    const others = { epoch: 'quarter', retention: { daily: 3, guaranteedDays: 10 } };
    await configure(place, { ...protectSection, ...(immutability && { immutability }) }, others);
    const { document } = await place.json('protect-plan', ['protect', 'plan']);
    return document.steps.find(({ id }) => id === 'immutability:apigee')?.why ?? '';
  };
  assert.match(await why(), /^92 days of an epoch \+ 10 guaranteed days/);
  assert.match(await why({ guaranteedDays: 20 }), /^92 days of an epoch \+ 20 guaranteed days/);
});

test('a section that leaves the vault itself out is refused, by plan, posture and drill alike', async (t) => {
  const place = await createAzureWorkplace(t);
  for (const [vault, what] of [
    ['az://apigeebackup/other', /the vault is in the container other, and protected are apigee of apigeebackup/],
    ['az://elsewhere/apigee', /the vault is in the storage account elsewhere/],
  ] as const) {
    for (const argv of [['protect', 'plan'], ['posture'], ['drill']]) {
      const { exit, stderr } = await place.run([...argv, '--vault', vault]);
      assert.deepEqual([exit, place.world.simulator.writes], [64, []], stderr);
      assert.match(stderr.replaceAll(/\s+/g, ' '), what);
    }
  }
});

test('wrong words on the command line and in the file', async (t) => {
  const place = await createAzureWorkplace(t);
  const said = async (argv: readonly string[], environment = {}): Promise<string> => {
    const { exit, stderr } = await place.run(argv, { environment });
    return `${exit} ${stderr.replaceAll(/\s+/g, ' ')}`;
  };
  assert.match(await said(['protect']), /^64 /);
  assert.match(await said(['protect', 'everything']), /^64 .*cannot "everything".*plan, apply/);
  assert.match(await said(['protect', 'plan', 'x.json']), /^64 .*takes no "x\.json"/);
  assert.match(await said(['protect', 'status', '--undelete']), /^64 .*--undelete does not go with/);
  assert.match(await said(['protect', 'apply', 'none.json', '--yes']), /^64 .*There is no file none\.json/);
  assert.match(await said(['protect', 'lock']), /^64 .*soft-delete, vault, container/);
  assert.match(await said(['protect', 'lock', 'everything', '--confirm', 'x']), /^64 .*There is no lock "everything"/);
  assert.match(
    await said(['protect', 'lock', 'container', '--days', 'x', '--confirm', 'x']),
    /^64 .*a whole number of days/,
  );
  assert.match(
    await said(['protect', 'lock', 'container', '--confirm', 'apigee']),
    /^1 .*no immutability policy to lock/,
  );
  const elsewhere = { HOLDFAST_AZURE_MANAGEMENT_ENDPOINT: 'http://management.example' };
  assert.match(await said(['protect', 'plan'], elsewhere), /^1 .*without encryption.*ENDPOINT_REFUSED/);
  const nowhere = { HOLDFAST_AZURE_MANAGEMENT_ENDPOINT: 'nonsense' };
  assert.match(await said(['protect', 'plan'], nowhere), /^64 /);
  await configure(place, { ...protectSection, vault: { name: 'holdfast-vault', softDelteDays: 20 } });
  assert.match(
    await said(['protect', 'plan']),
    /^64 .*softDelteDays: is not a known key; did you mean softDeleteDays\?/,
  );
  await configure(place, { ...protectSection, vault: { name: 'holdfast-vault', softDeleteDays: 13 } });
  assert.match(await said(['protect', 'plan']), /^64 .*protect\.vault\.softDeleteDays/);
  await configure(place, { ...protectSection, storageAccount: undefined });
  assert.match(await said(['protect', 'plan']), /^64 .*protect\.storageAccount is not set, and the vault is no az:/);
});

test('a proxy that answers in place of Azure is told as such', async (t) => {
  const place = await createAzureWorkplace(t);
  for (const path of [
    'storageAccounts/apigeebackup$',
    'backupVaults/holdfast-vault$',
    'providers/Microsoft.DataProtection/backupInstances$',
  ]) {
    place.world.simulator.faults.set([{ fault: { kind: 'html', status: 200 }, path }]);
    const { exit, stderr } = await place.run(['protect', 'plan']);
    assert.equal(exit, 1);
    assert.match(stderr.replaceAll(/\s+/g, ' '), /look for a proxy that alters answers/i, path);
  }
});
