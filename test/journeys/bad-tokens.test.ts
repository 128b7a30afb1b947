import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountOf, providerName, startFederation } from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { badTokens, makeBadToken } from '../identity/bad-tokens.ts';

interface ErrorLine {
  readonly error: { readonly code: string; readonly message: string; readonly next: string; readonly exit: number };
}

test('a backup with a bad token ends with 12 and says what to mend, each in its own words; nothing is sent to Apigee', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { folder, simulator } = workplace;
  simulator.log.reset();
  const told = new Map<string, string>();
  for (const bad of badTokens) {
    // What is no name of a provider is refused with its file already (credential-file.test.ts).
    if (bad.name === 'no name of a provider') continue;
    const scene = await startFederation(t);
    bad.prepare?.(scene);
    const token = await makeBadToken(bad, scene);
    await writeFile(join(folder, 'subject-token'), token);
    const { audience, serviceAccount, expectedSubject } = bad.tried ?? {};
    const credential = {
      type: 'external_account',
      audience: audience ?? `//iam.googleapis.com/${providerName('capture')}`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${scene.origin}/v1/token`,
      service_account_impersonation_url: `${scene.origin}/v1/projects/-/serviceAccounts/${serviceAccount ?? accountOf('capture')}:generateAccessToken`,
      credential_source: { file: join(folder, 'subject-token') },
    };
    await writeFile(join(folder, 'google.json'), JSON.stringify(credential));
    const trust = { host: 'vm', ...(expectedSubject === undefined ? {} : { captureSubject: expectedSubject }) };
    const identity = { google: { kind: 'external-account', file: 'google.json' }, trust };
    await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity }));
    const environment = { HOLDFAST_TEST_GOOGLE_ORIGIN: scene.origin, HOLDFAST_APIGEE_TOKEN: undefined };
    const { exit, stderr } = await workplace.run(['backup', '-o', 'json'], { environment });
    assert.equal(exit, 12, `${bad.name}: ${stderr}`);
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as ErrorLine;
    assert.equal(error.code, bad.code ?? 'FEDERATION_REFUSED', bad.name);
    assert.match(error.message, bad.message, bad.name);
    assert.match(error.next, bad.next, bad.name);
    assert.equal(stderr.includes(token), false, bad.name);
    told.set(error.message, bad.name);
  }
  assert.equal(told.size, badTokens.length - 1, 'no two in the same words');
  assert.ok(told.size >= 12);
  assert.deepEqual(simulator.log.entries, []);
  for (const [message, name] of told) t.diagnostic(`${name}: ${message}`);
});
