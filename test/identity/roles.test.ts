import assert from 'node:assert/strict';
import { test } from 'node:test';
import { googleRole, type RoleName } from '../../src/core/roles/google-roles.ts';
import { routePermissions } from '../../src/core/roles/route-permissions.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const routes = new Map(routePermissions.map((row) => [row.route, row]));

test('with the two generated roles an organization is captured and restored, and each call is in the right one', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { simulator } = workplace;
  const permissions = new Map<string, ReadonlySet<string>>(
    (['capture', 'restore'] as const).map((name) => [name, new Set(googleRole(name).permissions)]),
  );
  simulator.setTokens({ authority: (token) => permissions.get(token) });
  const run = async (role: RoleName, ...argv: string[]): Promise<number> => {
    const { exit, stderr } = await workplace.run(argv, { environment: { HOLDFAST_APIGEE_TOKEN: role } });
    assert.ok(exit === 0 || exit === 3, `${argv.join(' ')}: ${stderr}`);
    return exit;
  };

  const sent = new Map<string, Set<RoleName>>();
  const note = (role: RoleName): void => {
    for (const { http, route, status, path } of simulator.log.entries) {
      assert.notEqual(status, 403, `${http} ${path} was denied to ${role}`);
      // Signed URLs are good by themselves: no token is sent there, so no permission counts.
      if (path.startsWith('/_storage/')) continue;
      const known = route
        .replace(/^~\/?/, '/')
        .replaceAll(/\{[^}]*\}/g, '*')
        .replace(/^\/:/, ':');
      const roles = sent.get(`${http} ${known}`) ?? new Set();
      sent.set(`${http} ${known}`, roles.add(role));
    }
    simulator.log.reset();
  };
  simulator.log.reset();
  await run('capture', 'backup');
  note('capture');
  await run('capture', 'drift');
  note('capture');
  simulator.wreck();
  await run('restore', 'restore', '--yes', '--delete-extra');
  simulator.addOrganization('acme-prod', 'empty');
  await run('restore', 'restore', '--yes', '--delete-extra', '--only', '**');
  note('restore');

  const wrong: string[] = [];
  for (const [route, roles] of sent) {
    const row = routes.get(route);
    if (row === undefined) wrong.push(`${route} is not in the table`);
    else if (!row.isRead && roles.has('capture')) wrong.push(`${route} is a write, sent by a capture`);
  }
  assert.deepEqual(wrong, []);
  const writes = [...sent.keys()].filter((route) => routes.get(route)?.isRead === false).length;
  assert.ok(writes > 40, `${writes} routes that write`);
  t.diagnostic(`${sent.size} routes, ${writes} of them writes`);
});
