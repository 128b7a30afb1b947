import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import {
  accountOf,
  bindings,
  captureIdentity,
  principalOf,
  PROJECT,
  PROJECT_NUMBER,
  providerName,
  startFederation,
  strangeIdentity,
  useFederation,
} from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const roles = { capture: googleRole('capture').permissions, restore: googleRole('restore').permissions };
const REVIEWER = 'roles/iam.securityReviewer';
const OTHER_PROVIDER = providerName('capture').replace('azure-capture', 'other');
const roleName = (purpose: string): string => `projects/${PROJECT}/roles/holdfast.${purpose}`;

test('doctor proves what the two identities may do, and names each difference of the set-up', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator, folder } = workplace;
  const scene = await startFederation(t, { roles });
  const { google } = scene;
  simulator.setTokens({ authority: (token, organization) => google.permissionsOfToken(token, organization) });
  google.putRole(REVIEWER, [
    'iam.workloadIdentityPoolProviders.get',
    'iam.workloadIdentityPoolProviders.list',
    'iam.serviceAccounts.getIamPolicy',
    'iam.roles.get',
    'resourcemanager.projects.getIamPolicy',
  ]);
  const reviewer = { role: REVIEWER, members: [`serviceAccount:${accountOf('capture')}`] };
  google.putProject(PROJECT, bindings(reviewer), PROJECT_NUMBER);
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: scene.identity }));
  const environment = { ...useFederation(t, scene), HOLDFAST_APIGEE_TOKEN: undefined };

  /** The checks of identities: `id state`, those that are ok left out unless asked for. */
  const look = async (
    ...flags: string[]
  ): Promise<ReadonlyMap<string, { state: string; evidence: string; remedy?: string | undefined }>> => {
    const { document } = await workplace.json('doctor', ['doctor', ...flags], { environment });
    return new Map(document.checks.filter(({ group }) => group === 'identity').map((check) => [check.id, check]));
  };
  const troubles = async (...flags: string[]): Promise<readonly string[]> =>
    [...(await look(...flags))].filter(([, { state }]) => state !== 'ok').map(([id, { state }]) => `${id} ${state}`);

  const written = simulator.log.mutations.filter(({ committed }) => committed).length;
  const good = await look('--identity');
  assert.deepEqual(
    [...good].filter(([, { state }]) => state !== 'ok'),
    [],
  );
  assert.equal(good.size, 23);
  assert.match(good.get('capture-cannot-write')?.evidence ?? '', /refused to delete what is not there \(403\)/);
  assert.match(good.get('restore-can-write')?.evidence ?? '', /looked for what it should delete \(404\)/);
  assert.equal(simulator.log.mutations.filter(({ committed }) => committed).length, written, 'nothing was changed');
  assert.equal((await look()).size, 5);

  // One thing at a time: exactly its check changes.
  const provider = google.findProvider(providerName('capture'));
  assert.ok(provider !== undefined);
  const { attributeCondition: _condition, ...unconditional } = provider;
  const differences: readonly (readonly [change: () => void, expected: readonly string[]])[] = [
    [
      () => google.putProvider({ ...unconditional, attributeCondition: undefined }),
      ['provider:azure-capture:condition finding'],
    ],
    [
      () =>
        google.putProvider({
          ...provider,
          attributeCondition: `${provider.attributeCondition ?? ''} || assertion.tid == 'x'`,
        }),
      ['provider:azure-capture:condition finding'],
    ],
    [
      () => google.putProvider({ ...provider, allowedAudiences: [...provider.allowedAudiences, 'api://other'] }),
      ['provider:azure-capture:audiences finding'],
    ],
    [
      () =>
        google.putProvider({
          ...provider,
          attributeMapping: { ...provider.attributeMapping, 'attribute.app': 'assertion.appid' },
        }),
      ['provider:azure-capture:mapping finding'],
    ],
    [
      () =>
        google.putAccount(accountOf('restore'), [
          {
            role: 'roles/iam.workloadIdentityUser',
            members: [principalOf('oid-restore'), principalOf(strangeIdentity.objectId)],
          },
        ]),
      ['account:restore finding'],
    ],
    [
      () => google.putRole(roleName('restore'), [...roles.restore, 'apigee.organizations.delete']),
      ['role:restore finding'],
    ],
    [
      () =>
        google.putRole(
          roleName('restore'),
          roles.restore.filter((permission) => permission !== 'apigee.apiproducts.delete'),
        ),
      ['restore-can-write finding', 'restore-role finding', 'role:restore finding'],
    ],
    [
      () => google.putRole(roleName('capture'), [...roles.capture, 'apigee.apiproducts.delete']),
      ['capture-cannot-write finding', 'capture-role finding', 'role:capture finding'],
    ],
    [
      () =>
        google.putProject(
          PROJECT,
          bindings(reviewer, { role: 'roles/owner', members: [`serviceAccount:${accountOf('restore')}`] }),
          PROJECT_NUMBER,
        ),
      ['project-roles:restore finding'],
    ],
    [
      () => google.putProject(PROJECT, bindings(), PROJECT_NUMBER),
      [
        'provider:azure-capture unknown',
        'provider:azure-restore unknown',
        'pool-providers:holdfast unknown',
        'account:capture unknown',
        'role:capture unknown',
        'account:restore unknown',
        'role:restore unknown',
        'project-roles unknown',
      ],
    ],
    [
      () => google.putProvider({ ...provider, name: OTHER_PROVIDER, issuerUri: 'https://idp.example' }),
      ['pool-providers:holdfast:other finding'],
    ],
    ...['roles/owner', 'roles/editor', 'roles/iam.serviceAccountTokenCreator', 'roles/iam.workloadIdentityUser'].map(
      (role) =>
        [
          () =>
            google.putProject(PROJECT, bindings(reviewer, { role, members: ['user:eve@example.com'] }), PROJECT_NUMBER),
          ['project-acting:user:eve@example.com finding'],
        ] as const,
    ),
    [
      () => google.putAccount(accountOf('restore'), []),
      ['restore-can-write unknown', 'restore-role unknown', 'account:restore finding'],
    ],
  ];
  for (const [change, expected] of differences) {
    change();
    assert.deepEqual(await troubles('--identity'), expected, String(change));
    google.putProvider(provider);
    google.removeProvider(OTHER_PROVIDER);
    google.putProject(PROJECT, bindings(reviewer), PROJECT_NUMBER);
    for (const purpose of ['capture', 'restore'] as const) google.putRole(roleName(purpose), roles[purpose]);
    google.putAccount(accountOf('restore'), [
      { role: 'roles/iam.workloadIdentityUser', members: [principalOf('oid-restore')] },
    ]);
  }

  // Where only captures are configured, what restores may do is not known, and is not good.
  const only = { google: { capture: scene.identity.google.capture }, trust: scene.identity.trust };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: only }));
  assert.deepEqual(await troubles(), ['restore-can-write unknown', 'restore-role unknown']);
  const one = { google: { ...scene.identity.google.capture } };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: one }));
  const single = (await look()).get('identities');
  assert.match(single?.evidence ?? '', /One identity reads and writes/);
  assert.equal(single?.state, 'unknown');
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: scene.identity }));
  const { document } = await workplace.json('doctor', ['doctor'], {
    environment: { ...environment, HOLDFAST_APIGEE_TOKEN: 'some-token' },
  });
  const instead = document.checks.find(({ id }) => id === 'identities');
  assert.equal(instead?.state, 'unknown');
  assert.match(instead?.evidence ?? '', /in place of the configured identities/);
  assert.equal(captureIdentity.objectId, 'oid-capture');
});
