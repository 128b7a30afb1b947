import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Tag } from './digest.ts';
import { capture, createSampleVault, ORGANIZATION } from './sample-vault.fixture.ts';
import { createSigningKey } from './ed25519.ts';
import { parseKeyFile } from './key-file.ts';
import { dissectDocument } from './signed-document.ts';

test('who runs the store sees the organization, times, grade and signer of a point, and numbers and sizes of objects', async () => {
  const sample = await createSampleVault();
  await capture(await sample.open('writer'), sample.clock, [
    { id: 'secret-name', text: 'config-of-it', secret: 's3cret' },
  ]);
  const blobs = await Array.fromAsync(sample.store.list(`orgs/${ORGANIZATION}/epochs/`));
  const name = blobs.find((blob) => blob.name.includes('/points/'))?.name ?? '';
  const { header } = dissectDocument(await sample.store.get(name), name);
  const seed = parseKeyFile(sample.keyFiles.writer, 'writer.key').signingSeed ?? new Uint8Array();
  assert.deepEqual(
    [header['organization'], header['grade'], header['endedAt'], header.signer],
    [ORGANIZATION, 'complete', sample.clock.now(), sha256Tag(createSigningKey(seed).publicKey)],
  );
  assert.ok(blobs.every(({ sizeBytes }) => sizeBytes > 0));
  for (const blob of blobs) {
    const bytes = Buffer.from(await sample.store.get(blob.name));
    for (const hidden of ['secret-name', 'config-of', 's3cret']) assert.equal(bytes.indexOf(hidden), -1, blob.name);
  }
});
