import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { googleRole } from '../../src/core/roles/google-roles.ts';
import { accountOf, providerName, startFederation, useFederation } from '../harness/federation.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';
import { createTraceSearch } from './canary-traces.ts';

const roles = { capture: googleRole('capture').permissions, restore: googleRole('restore').permissions };

test('no token on the way from Azure to Apigee is shown, logged or left, whatever fails', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { folder, simulator } = workplace;
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  t.after(() => (before === undefined ? delete process.env['TMPDIR'] : (process.env['TMPDIR'] = before)));
  const minted: string[] = [];
  const scene = await startFederation(t, { roles, onMint: (token) => minted.push(token) });
  const { google } = scene;
  simulator.setTokens({ authority: (token, organization) => google.permissionsOfToken(token, organization) });
  const code =
    "const seen = JSON.stringify(process.env); require('fs').writeFileSync('seen.json', 'x'); console.log(seen)";
  const hooks = { afterBackup: [{ command: [process.execPath, '-e', code] }] };
  await writeFile(join(folder, 'holdfast.yaml'), JSON.stringify({ identity: scene.identity, hooks }));
  const secrets = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-token-7Q3xW9', SYSTEM_ACCESSTOKEN: 'system-token-7Q3xW9' };
  const environment = {
    ...useFederation(t, scene),
    ...secrets,
    HOLDFAST_APIGEE_TOKEN: undefined,
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
  const marks = [...signatures, ...google.tokens, ...Object.values(secrets), 'header-of-the-simulated-app'];
  assert.ok(signatures.length >= 2 && google.tokens.length >= 6);
  const search = createTraceSearch();
  for (const text of said) search.assertNone(text, 'an output', marks);
  await search.assertNoneBelow(folder, { marks });
  // The test would see them.
  assert.throws(() => search.assertNone(`x ${google.tokens[0] ?? ''} y`, 'this', marks), /this holds/);
  const { places, sizeBytes } = search.counts();
  t.diagnostic(`${marks.length} secrets, ${places} places, ${sizeBytes} bytes`);
});
