import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/platform/clock.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';
import { selfSigned } from '../harness/self-signed.ts';

test('an API behind a private authority is read once the authority is named, and not before', async (t) => {
  const workplace = await createWorkplace(t);
  const { cert, key } = selfSigned(systemClock.epochMs());
  await writeFile(join(workplace.folder, 'api.crt'), cert);
  await writeFile(join(workplace.folder, 'api.key'), key);
  const simulator = workplace.spawn(['sim', '--port', '0', '--tls-cert', 'api.crt', '--tls-key', 'api.key']);
  const { listening }: { listening: string } = JSON.parse(await simulator.firstLine());
  assert.match(listening, /^https:\/\/127\.0\.0\.1:\d+$/);
  await workplace.run(['init']);

  const environment = { HOLDFAST_APIGEE_ENDPOINT: listening, HOLDFAST_APIGEE_TOKEN: 'any', HOLDFAST_ORG: 'acme-prod' };
  const untrusted = await workplace.spawn(['backup', '--kinds', 'environment'], environment).ended();
  assert.equal(untrusted.exit, 1, untrusted.stderr);
  assert.match(untrusted.stderr, /NODE_EXTRA_CA_CERTS/);

  const trusting = { ...environment, NODE_EXTRA_CA_CERTS: join(workplace.folder, 'api.crt') };
  const trusted = await workplace.spawn(['backup', '--kinds', 'archive-deployment,environment'], trusting).ended();
  assert.equal(trusted.exit, 0, trusted.stderr);
  simulator.kill('SIGTERM');
  assert.equal((await simulator.ended()).exit, 143);
});

test('a certificate without its key, another key, and no certificate are refused before anything listens', async (t) => {
  const workplace = await createWorkplace(t);
  const [one, other] = [selfSigned(systemClock.epochMs()), selfSigned(systemClock.epochMs())];
  await writeFile(join(workplace.folder, 'one.crt'), one.cert);
  await writeFile(join(workplace.folder, 'other.key'), other.key);
  const alone = await workplace.run(['sim', '--port', '0', '--tls-cert', 'one.crt']);
  assert.deepEqual([alone.exit, alone.stdout], [64, '']);
  assert.match(alone.stderr, /--tls-cert is given without --tls-key/);
  const keyAlone = await workplace.run(['sim', '--port', '0', '--tls-key', 'other.key']);
  assert.match(keyAlone.stderr, /--tls-key is given without --tls-cert/);
  for (const cert of ['one.crt', 'other.key']) {
    const wrong = await workplace.run(['sim', '--port', '0', '--tls-cert', cert, '--tls-key', 'other.key']);
    assert.deepEqual([wrong.exit, wrong.stdout], [64, '']);
    assert.match(wrong.stderr, /belong together/);
  }
});
