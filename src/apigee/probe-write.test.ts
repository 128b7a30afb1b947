import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../platform/random.ts';
import { probeWrite } from './probe-write.ts';
import { createScriptedHttp, type ScriptedAnswer } from './scripted-http.ts';

/** What a probe makes of an answer to DELETE, and of one to GET of the organization. */
async function probe(
  answer: (name: string) => ScriptedAnswer,
  organization: ScriptedAnswer = { json: { name: 'o' } },
): Promise<string> {
  const http = createScriptedHttp(({ method }, path) =>
    method === 'DELETE' ? answer(path.replace('apiproducts/', '')) : organization,
  );
  const tokens = { describe: () => 'test', get: async () => ({ token: 't' }) };
  const random = createSeededRandom(3);
  return probeWrite({ endpoint: 'https://apigee.example', organization: 'o', tokens, http, random });
}

const error = (code: number, status: string, message: string, details: object[] = []): ScriptedAnswer => ({
  status: code,
  json: { error: { code, status, message, details } },
});
const LACKING = 'Permission "apigee.apiproducts.delete" denied on resource "organizations/o" (or it may not exist).';

test('a lacking permission refuses, a product that is not there allows', async () => {
  const info = { reason: 'IAM_PERMISSION_DENIED', metadata: { permission: 'apigee.apiproducts.delete' } };
  assert.equal(await probe(() => error(403, 'PERMISSION_DENIED', LACKING)), 'refused');
  assert.equal(await probe(() => error(403, 'PERMISSION_DENIED', 'The caller lacks it', [info])), 'refused');
  assert.equal(await probe((name) => error(404, 'NOT_FOUND', `ApiProduct ${name} does not exist`)), 'allowed');
});

test('a 403 or 404 for another reason proves nothing', async () => {
  const disabled = { reason: 'SERVICE_DISABLED', metadata: { service: 'apigee.googleapis.com' } };
  const others: readonly ((name: string) => ScriptedAnswer)[] = [
    () =>
      error(403, 'PERMISSION_DENIED', 'Apigee API has not been used in project 1 before or it is disabled.', [
        disabled,
      ]),
    () => error(403, 'PERMISSION_DENIED', LACKING, [disabled]),
    () =>
      error(
        403,
        'PERMISSION_DENIED',
        "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x",
      ),
    () => error(403, 'PERMISSION_DENIED', 'The caller does not have permission'),
    () => ({ status: 403, text: '<html>blocked by the proxy</html>' }),
    () => ({ status: 403, json: { message: LACKING } }),
    () => error(404, 'NOT_FOUND', 'organization o does not exist'),
    (name) => ({ status: 404, text: `<html>no such page: ${name}</html>` }),
    (name) => ({ status: 404, json: { path: `/apiproducts/${name}` } }),
    () => ({ status: 200, json: {} }),
  ];
  for (const other of others) await assert.rejects(probe(other), { name: /Error$/ }, String(other));
});

test('a lacking permission in an organization that is not seen proves nothing', async () => {
  const unseen = error(
    403,
    'PERMISSION_DENIED',
    'Permission denied on resource "organizations/o" (or it may not exist)',
  );
  await assert.rejects(
    probe(() => error(403, 'PERMISSION_DENIED', LACKING), unseen),
    { code: 'REMOTE_DENIED' },
  );
});
