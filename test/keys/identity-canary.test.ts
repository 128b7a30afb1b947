import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { accountOf, providerName, startFederation, useFederation } from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { createTraceSearch } from './canary-traces.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const roles = { capture: googleRole('capture').permissions, restore: googleRole('restore').permissions };

/** What hosts and operators give a job to sign in with. */
const CREDENTIALS = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_PASSWORD',
  'AZURE_STORAGE_CONNECTION_STRING',
  'AZURE_STORAGE_KEY',
  'AZURE_STORAGE_SAS_TOKEN',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'IDENTITY_HEADER',
  'MSI_SECRET',
  'SYSTEM_ACCESSTOKEN',
];
const ACCOUNT_KEY = 'b2YtdGhlLXN0b3JhZ2UtYWNjb3VudC03UTN4Vzk';

test('no token on the way from Azure to Apigee is shown, logged or left, whatever fails', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { folder, simulator } = workplace;
  await useTemporaryFolder(t, folder);
  const minted: string[] = [];
  const scene = await startFederation(t, { roles, onMint: (token) => minted.push(token) });
  const { google } = scene;
  simulator.setTokens({ authority: (token, organization) => google.permissionsOfToken(token, organization) });
  const code =
    "const seen = JSON.stringify(process.env); require('fs').appendFileSync('seen.json', seen); console.log(seen)";
  const hooks = { afterBackup: [{ command: [process.execPath, '-e', code] }] };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: scene.identity, hooks }));
  const secrets = Object.fromEntries(CREDENTIALS.map((name) => [name, `of-${name.toLowerCase()}-7Q3xW9`]));
  const environment = {
    ...useFederation(t, scene),
    ...secrets,
    HOLDFAST_AZURE_CONNECTION_STRING: `AccountName=apigeebackup;AccountKey=${ACCOUNT_KEY}`,
    HOLDFAST_APIGEE_TOKEN: undefined,
    HOLDFAST_HOOK_CANARY: 'handed on',
    HOLDFAST_LOG_LEVEL: 'debug',
  };
  const said: string[] = [];
  const run = async (...argv: string[]): Promise<number> => {
    const { exit, stdout, stderr } = await workplace.run(argv, { environment });
    said.push(stdout, stderr);
    return exit;
  };
  assert.equal(await run('backup'), 0);
  await run('doctor', '--identity');
  await run('config', 'print', '-o', 'json');
  simulator.wreck();
  await run('restore', '--yes');
  // Each step of the exchange fails once.
  const provider = google.findProvider(providerName('capture'));
  assert.ok(provider !== undefined);
  google.putProvider({ ...provider, allowedAudiences: ['api://other'] });
  assert.equal(await run('backup', '-o', 'json'), 12);
  google.putProvider(provider);
  google.putAccount(accountOf('capture'), []);
  assert.equal(await run('backup'), 12);
  await run('doctor');

  // All that is secret of a token is in its last part; the parts before it are for everybody who asks.
  const signatures = minted.map((token) => token.slice(token.lastIndexOf('.') + 1));
  const marks = [
    ...signatures,
    ...google.tokens,
    ...Object.values(secrets),
    ACCOUNT_KEY,
    'header-of-the-simulated-app',
  ];
  assert.ok(signatures.length >= 2 && google.tokens.length >= 6);
  const search = createTraceSearch();
  for (const text of said) search.assertNone(text, 'an output', marks);
  await search.assertNoneBelow(folder, { marks });
  // The hook ran, and wrote down all that it was given.
  const seen = await readFile(join(folder, 'seen.json'), 'utf8');
  assert.match(seen, /"HOLDFAST_HOOK_CANARY":"handed on"/);
  for (const name of [...CREDENTIALS, 'HOLDFAST_AZURE_CONNECTION_STRING'])
    assert.ok(!seen.includes(`"${name}"`), `a hook is given ${name}`);
  // The test would see them.
  assert.throws(() => search.assertNone(`x ${google.tokens[0] ?? ''} y`, 'this', marks), /this holds/);
  const { places, sizeBytes } = search.counts();
  t.diagnostic(`${marks.length} secrets, ${places} places, ${sizeBytes} bytes`);
});
