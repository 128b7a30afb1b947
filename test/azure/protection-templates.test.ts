import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkArmBody } from '../../src/sim/azure/resource-manager/index.ts';
import { createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';
import { readArm, readBicep, readTerraform } from '../harness/template-readers.ts';

const section = { ...protectSection, location: 'westeurope', containers: ['apigee', 'apigee-long'] };

test('ARM, Bicep and Terraform describe the same resources', async (t) => {
  const place = await createAzureWorkplace(t, section);
  const textOf = async (language: string): Promise<string> => {
    const { exit, document } = await place.json('protect-template', ['protect', 'template', `--${language}`]);
    assert.equal(exit, 0);
    return document.text;
  };
  const byAddress = <Declared extends { readonly address: string }>(all: readonly Declared[]): readonly Declared[] =>
    all.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const arm = byAddress(readArm(await textOf('arm')));
  assert.equal(arm.length, 8);
  assert.deepEqual(byAddress(await readBicep(await textOf('bicep'))), arm);
  assert.deepEqual(byAddress(await readTerraform(await textOf('terraform'))), arm);
  assert.deepEqual(place.world.simulator.exchanges, [], 'nothing is asked of Azure');
});

test('the ARM template keeps to the types that Azure describes', async (t) => {
  const place = await createAzureWorkplace(t, section);
  assert.equal((await place.run(['protect', 'template', '--arm', '--out', 'template.json'])).exit, 0);
  const resources = readArm(await readFile(join(place.folder, 'template.json'), 'utf8'));
  for (const { type, body } of resources) {
    const checked = type === 'Microsoft.Authorization/roleAssignments' ? 'RoleAssignmentRequest' : type;
    assert.deepEqual(checkArmBody(checked, body, 'request'), [], type);
  }
  const [vault] = resources.filter(({ type }) => type === 'Microsoft.DataProtection/backupVaults');
  const wrong = { ...vault?.body, properties: { securitySettings: { softDeleteSettings: { state: 'Always' } } } };
  assert.equal(checkArmBody('Microsoft.DataProtection/backupVaults', wrong, 'request').length, 1);
});

test('every resource of the ARM template waits for what it needs', async (t) => {
  const place = await createAzureWorkplace(t, section);
  const { stdout } = await place.run(['protect', 'template', '--arm']);
  const { resources } = JSON.parse(stdout) as {
    readonly resources: readonly { readonly type: string; readonly dependsOn: readonly string[] }[];
  };
  const [instance] = resources.filter(({ type }) => type.endsWith('/backupInstances'));
  assert.deepEqual(
    instance?.dependsOn.map(
      (need) => /'([^']+)', '[^']*'\)\]$|'(Microsoft\.Authorization[^']+)'/.exec(need)?.[0] !== undefined,
    ),
    [true, true, true],
  );
  assert.match(
    instance?.dependsOn.join() ?? '',
    /extensionResourceId\(resourceId\('Microsoft\.Storage\/storageAccounts', 'apigeebackup'\)/,
  );
});

test('what a plan sends and what a template declares is the same', async (t) => {
  const place = await createAzureWorkplace(t, { ...section, containers: ['apigee'] });
  const { stdout } = await place.run(['protect', 'template', '--arm']);
  const plan = await place.json('protect-plan', ['protect', 'plan']);
  const bodies = new Map(
    plan.document.steps.map(({ path, body }) => [path.replace(/^.*\/resourceGroups\/[^/]+\/providers\//, ''), body]),
  );
  for (const { address, type, body } of readArm(stdout)) {
    const planned = JSON.parse(
      JSON.stringify(bodies.get(address)).replaceAll('{"$assigned":"vault.principalId"}', '"<principal>"'),
    ) as Record<string, unknown>;
    if (type.endsWith('/blobServices')) {
      // The plan sends along what is set already.
      const both = { ...Object(planned['properties']), ...Object(body['properties']) } as unknown;
      assert.deepEqual(both, planned['properties']);
      continue;
    }
    assert.deepEqual(planned, body, address);
  }
});

test('a template that cannot be deployed is refused', async (t) => {
  const place = await createAzureWorkplace(t, { ...section, storageResourceGroup: 'rg-storage' });
  const arm = await place.run(['protect', 'template', '--arm']);
  assert.equal(arm.exit, 1);
  assert.match(arm.stderr, /one ARM or Bicep file deploys to one\s+group/);
  const terraform = await place.run(['protect', 'template', '--terraform']);
  assert.equal(terraform.exit, 0);
  assert.match(terraform.stdout, /resourceGroups\/rg-storage\/providers/);
  const both = await place.run(['protect', 'template', '--terraform', '--arm']);
  assert.deepEqual([both.exit, both.stdout], [64, '']);
  assert.equal((await place.run(['protect', 'template'])).exit, 64);
});

test('a template without a region is refused', async (t) => {
  const place = await createAzureWorkplace(t);
  const { exit, stderr } = await place.run(['protect', 'template', '--bicep']);
  assert.equal(exit, 64);
  assert.match(stderr, /needs protect\.location/);
});
