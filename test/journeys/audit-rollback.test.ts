import assert from 'node:assert/strict';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackedWorkplace, type Workplace } from '../harness/run-holdfast.ts';

/** Takes a point; what it printed is kept outside the vault, as a monitor does. */
async function backUp(workplace: Workplace): Promise<string> {
  const { exit, stdout, document } = await workplace.json('backup', ['backup']);
  assert.equal(exit, 0);
  await writeFile(join(workplace.folder, 'kept.json'), stdout);
  return document.point;
}

async function pointsOf(workplace: Workplace): Promise<readonly string[]> {
  const { document } = await workplace.json('points', ['points']);
  return document.points.map(({ id }) => id);
}

async function verifyTrail(workplace: Workplace, ...args: readonly string[]) {
  const { exit, document } = await workplace.json('audit-verify', ['audit', 'verify', ...args]);
  return { exit, found: document.findings.map(({ kind }) => kind) };
}

test('an older copy of the whole vault looks like an older vault, and is found by the head that was kept outside', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const vault = join(workplace.folder, 'vault');
  const first = await backUp(workplace);
  await cp(vault, `${vault}.older`, { recursive: true });
  const second = await backUp(workplace);
  assert.deepEqual(await pointsOf(workplace), [first, second]);
  assert.deepEqual(await verifyTrail(workplace, '--heads', 'kept.json'), { exit: 0, found: [] });

  await rm(vault, { recursive: true });
  await cp(`${vault}.older`, vault, { recursive: true });
  assert.deepEqual(await pointsOf(workplace), [first]);
  assert.equal((await workplace.run(['verify'])).exit, 0, 'by itself nothing is wrong with it');
  assert.deepEqual(await verifyTrail(workplace), { exit: 0, found: [] });
  assert.deepEqual(await verifyTrail(workplace, '--heads', 'kept.json'), { exit: 13, found: ['truncated'] });
});

test('a newest manifest that is withheld is still named by the trail, and by what was kept outside', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const first = await backUp(workplace);
  const second = await backUp(workplace);
  const epochs = join(workplace.folder, 'vault', 'orgs', 'acme-prod', 'epochs');
  const [epoch = ''] = await readdir(epochs);
  await rm(join(epochs, epoch, 'points', (await readdir(join(epochs, epoch, 'points'))).sort().at(-1) ?? ''));
  assert.deepEqual(await pointsOf(workplace), [first]);
  assert.equal((await workplace.run(['verify'])).exit, 0, 'nothing that is left refers to it');
  const { document } = await workplace.json('audit-list', ['audit', 'list', '--action', 'backup']);
  assert.deepEqual(
    document.actions.map(({ facts }) => facts['point']),
    [first, second],
  );
  assert.deepEqual(await verifyTrail(workplace, '--heads', 'kept.json'), { exit: 0, found: [] }, 'the trail is whole');
});

test('what waits in the spool can be destroyed on its machine, and nothing tells of it', async (t) => {
  const workplace = await createBackedWorkplace(t);
  await backUp(workplace);
  const { document: listed } = await workplace.json('ls', ['ls', 'latest', 'developers/*/apps/*/keys/*']);
  const vault = join(workplace.folder, 'vault');
  const trail = join(vault, 'audit');
  await cp(trail, `${vault}.trail`, { recursive: true });
  await rm(trail, { recursive: true });
  await writeFile(trail, 'no folder');
  const reveal = ['cat', 'latest', listed.resources[0]?.id ?? '', '--reveal', '--break-glass', 'store is read-only'];
  assert.equal((await workplace.run(reveal)).exit, 0);
  await rm(trail);
  await cp(`${vault}.trail`, trail, { recursive: true });
  assert.deepEqual(await verifyTrail(workplace), { exit: 3, found: ['waiting', 'waiting', 'waiting'] });

  await rm(join(workplace.folder, 'audit-spool'), { recursive: true });
  assert.deepEqual(await verifyTrail(workplace, '--heads', 'kept.json'), { exit: 0, found: [] });
  const { document } = await workplace.json('audit-list', ['audit', 'list']);
  assert.deepEqual(
    document.actions.map(({ action }) => action),
    ['init', 'backup'],
  );
});
