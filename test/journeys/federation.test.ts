import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { documents } from '../../src/cli/schema/documents.ts';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { dumpDifferences } from '../../src/sim/apigee/index.ts';
import {
  accountOf,
  captureIdentity,
  ISSUER,
  restoreIdentity,
  startFederation,
  useFederation,
} from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const roles = { capture: googleRole('capture').permissions, restore: googleRole('restore').permissions };

test('a backup through the whole chain; the capture identity may not write; the restore identity restores', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { folder, simulator } = workplace;
  const scene = await startFederation(t, { roles });
  const { google } = scene;
  const given: string[] = [];
  simulator.setTokens({
    authority: (token, organization) => {
      given.push(token);
      return google.permissionsOfToken(token, organization);
    },
  });
  const environment = { ...useFederation(t, scene), HOLDFAST_APIGEE_TOKEN: undefined, HOLDFAST_LOG_LEVEL: 'debug' };
  const configure = (identity: object): Promise<void> =>
    writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity }));
  const said: string[] = [];
  const run = async (...argv: string[]) => {
    const outcome = await workplace.run(argv, { environment });
    said.push(outcome.stdout, outcome.stderr);
    return outcome;
  };

  await configure(scene.identity);
  const backup = await run('backup');
  assert.equal(backup.exit, 0, backup.stderr);
  assert.ok(given.length > 50);
  const holders = new Set(given.map((token) => google.findHolder(token)?.principal));
  assert.deepEqual([...holders], [accountOf('capture')], 'every call was made as the capture identity');
  const point = await workplace.json('show', ['show', 'latest']);
  assert.equal(point.document.identity, `${accountOf('capture')}, by managed identity client-capture`);

  const before = [...simulator.dump()];
  simulator.wreck();
  const wrecked = [...simulator.dump()];
  // Somebody names the identity that captures as the one that restores: Google refuses what the configuration allows.
  const { capture } = scene.identity.google;
  await configure({ google: { capture, restore: capture } });
  const refused = await run('restore', '--yes', '-o', 'json');
  assert.equal(refused.exit, 3, refused.stderr);
  assert.match(refused.stdout, /Permission \\"apigee\.[a-zA-Z]+\.[a-zA-Z]+\\" denied on resource/);
  assert.deepEqual(dumpDifferences(wrecked, simulator.dump()), [], 'nothing was changed');
  // A host on which only captures are configured says so before anything is sent.
  await configure({ google: { capture } });
  const unnamed = await run('restore', '--yes');
  assert.equal(unnamed.exit, 12);
  assert.match(unnamed.stderr, /names no Google identity for apply and restore \(identity\.google\.restore\)/);

  await configure(scene.identity);
  given.length = 0;
  const restored = await run('restore', '--yes');
  assert.equal(restored.exit, 0, restored.stderr);
  const writers = simulator.log.mutations.filter(({ committed }) => committed).length;
  assert.ok(writers > 0);
  assert.deepEqual(
    new Set(given.map((token) => google.findHolder(token)?.principal)),
    new Set([accountOf('capture'), accountOf('restore')]),
    'planned as the one, applied as the other',
  );
  const lost = dumpDifferences(before, simulator.dump(), 60_000).filter((line) => line.startsWith('only left'));
  assert.deepEqual(lost, [], 'all that was lost is back');

  // The trail tells them apart, with who vouched for each: Entra, not Google, which only exchanges the token.
  const { document: trail } = await workplace.json('audit-list', ['audit', 'list']);
  const signedInAs = (action: string, result: string) => {
    const { facts = {} } = trail.actions.findLast((one) => one.action === action && one.result === result) ?? {};
    return [facts['identity'], facts['issuer'], facts['subject']];
  };
  const [capturedBy, restoredBy] = (['capture', 'restore'] as const).map(
    (purpose) => `${accountOf(purpose)}, by managed identity client-${purpose}`,
  );
  assert.deepEqual(signedInAs('backup', 'done'), [capturedBy, ISSUER, captureIdentity.objectId]);
  assert.deepEqual(signedInAs('restore', 'done'), [restoredBy, ISSUER, restoreIdentity.objectId]);
  const ended = trail.actions.findLast(({ action }) => action === 'restore')?.records ?? [];
  assert.equal(ended.length, 3);
  const exported = (await workplace.run(['audit', 'export'])).stdout.trimEnd().split('\n');
  const declared = exported
    .map((line) => JSON.parse(line) as { hash: string; record: { event: string; facts: Record<string, unknown> } })
    .find(({ hash }) => hash === ended[1]);
  assert.equal(declared?.record.event, 'declared');
  assert.equal(declared.record.facts['issuer'], ISSUER, 'known before the first call is sent');
  const pack = await workplace.json('audit-evidence', ['audit', 'evidence', 'pack', '--from', '1d']);
  const data = documents['audit-evidence-data'].parse(
    JSON.parse(await readFile(join(pack.document.folder, 'evidence.json'), 'utf8')),
  );
  const [shown] = data.restores.filter(({ status }) => status === 'done');
  assert.deepEqual([shown?.identity, shown?.issuer], [restoredBy, ISSUER]);
  assert.ok((await readFile(join(pack.document.folder, 'report.html'), 'utf8')).includes(`issued by ${ISSUER}`));

  // Whoever loses the grant in the middle of a capture is told so; it is no hole in a point that looks finished.
  const points = (await workplace.json('points', ['points'])).document.points.length;
  simulator.setFaults([{ fault: { kind: 'expired-token' }, route: '*developers*', count: 1 }]);
  const bindings = google.findAccount(accountOf('capture')) ?? [];
  const stopTaking = simulator.log.entries.length;
  simulator.setTokens({
    authority: (token, organization) => {
      if (simulator.log.entries.length > stopTaking + 5) google.putAccount(accountOf('capture'), []);
      return google.permissionsOfToken(token, organization);
    },
  });
  const stopped = await run('backup');
  assert.equal(stopped.exit, 12, stopped.stderr);
  assert.match(stopped.stderr, /may not act as holdfast-capture@/);
  assert.equal((await workplace.json('points', ['points'])).document.points.length, points, 'no point was finished');
  google.putAccount(accountOf('capture'), bindings);

  // At level debug, in every output, no token of anybody is shown.
  const output = said.join('\n');
  assert.ok(output.includes('"level":"debug"') || output.length > 10_000);
  for (const token of given) assert.equal(output.includes(token), false);
  assert.doesNotMatch(output, /eyJ[\w-]{10,}\.[\w-]{10,}|ya29\.[\w-]{10,}/);
});
