import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createManualClock } from '../../platform/manual-clock.ts';
import { createSeededRandom, type RandomSource } from '../../platform/random.ts';
import {
  type AzureAnswer,
  type AzureRequest,
  listing,
  refusal,
  startScriptedAzure,
  success,
} from '../blob/scripted-azure.fixture.ts';
import { probeStatePlace } from './probe-state-place.ts';

const policy = { attempts: 1, firstPauseMs: 1, longestPauseMs: 1, longestAskedPauseMs: 1 };
const ID = '11111111-1111-4111-8111-111111111111';
const random: RandomSource = { ...createSeededRandom(1), uuid: () => ID };
const startMs = Date.UTC(2026, 4, 10);
const address = { type: 'azure', account: undefined, container: 'state', prefix: '' } as const;
const listed = `<Blob><Name>doctor/${ID}</Name><Properties><Creation-Time>Sun, 10 May 2026 00:00:03 GMT</Creation-Time><Last-Modified>Sun, 10 May 2026 00:00:04 GMT</Last-Modified><Etag>1</Etag><Content-Length>16</Content-Length></Properties></Blob>`;

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-state-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function probeAzure(
  t: TestContext,
  answers: {
    readonly again?: AzureAnswer;
    readonly list?: AzureAnswer;
    readonly remove?: AzureAnswer;
  },
): Promise<{ readonly facts: ReturnType<typeof probeStatePlace>; readonly asked: readonly AzureRequest[] }> {
  const { again = refusal(409, 'BlobAlreadyExists'), list = listing([listed]), remove = success(202) } = answers;
  const clock = createManualClock(startMs);
  let puts = 0;
  const { connectionString, asked } = await startScriptedAzure(t, ({ method }) => {
    if (method === 'GET') return list;
    if (method === 'DELETE') return remove;
    puts += 1;
    clock.shiftWallClock(1000);
    return puts === 1 ? success(201) : again;
  });
  const facts = probeStatePlace(address, { clock, random, policy, azure: { connectionString } });
  return { facts, asked };
}

test('a state folder is tried out and left as it was', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'mine'), '');
  const clock = createManualClock(startMs);
  const facts = await probeStatePlace({ type: 'folder', path: folder }, { clock, random });
  const { createdAtMs, ...rest } = facts;
  assert.deepEqual(rest, { isCreateOnly: true, writtenBetweenMs: [startMs, startMs] });
  assert.equal(Number.isInteger(createdAtMs), true);
  assert.deepEqual(await readdir(folder), ['mine']);
});

test('what lies beside the probe in a state folder stays', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['doctor', '.tmp']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'other'), '');
  }
  await probeStatePlace({ type: 'folder', path: folder }, { clock: createManualClock(), random });
  assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), [
    '.tmp',
    '.tmp/other',
    'doctor',
    'doctor/other',
  ]);
});

test('a state folder that is not there is not made', async (t) => {
  const folder = join(await temporaryFolder(t), 'absent');
  await assert.rejects(probeStatePlace({ type: 'folder', path: folder }, { clock: createManualClock(), random }), {
    code: 'VAULT_NOT_FOUND',
  });
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
});

test('a state container says when the probe was created, between which instants it was written, and is left empty', async (t) => {
  const { facts, asked } = await probeAzure(t, {});
  assert.deepEqual(await facts, {
    isCreateOnly: true,
    createdAtMs: startMs + 3000,
    writtenBetweenMs: [startMs, startMs + 1000],
  });
  assert.deepEqual(
    asked.map(({ method, path, query }) => [method, path, query.get('prefix')]),
    [
      ['PUT', `/acme/state/doctor/${ID}`, null],
      ['PUT', `/acme/state/doctor/${ID}`, null],
      ['GET', '/acme/state', `doctor/${ID}`],
      ['DELETE', `/acme/state/doctor/${ID}`, null],
    ],
  );
  const [first, second] = asked.map(({ body }) => body);
  assert.equal(Number(asked[0]?.headers['content-length']), 16);
  assert.notEqual(first, second);
});

test('a state container in which a name can be taken twice is none of create-only', async (t) => {
  const { facts } = await probeAzure(t, { again: success(201) });
  assert.equal((await facts).isCreateOnly, false);
});

test('a probe that may not be removed, or is held, is named as left', async (t) => {
  for (const remove of [refusal(403, 'AuthorizationPermissionMismatch'), refusal(409, 'BlobImmutableDueToPolicy')]) {
    const { facts } = await probeAzure(t, { remove });
    assert.equal((await facts).left, `doctor/${ID}`);
  }
});

test('a probe is removed also when the trying out fails', async (t) => {
  const failing = await probeAzure(t, { again: refusal(503, 'ServerBusy') });
  await assert.rejects(failing.facts, { code: 'STORE_UNREACHABLE' });
  assert.equal(failing.asked.at(-1)?.method, 'DELETE');
  const unlisted = await probeAzure(t, { list: listing([]) });
  await assert.rejects(unlisted.facts, {
    code: 'INTERNAL',
    message: `doctor/${ID} was written and is not listed.`,
  });
  assert.equal(unlisted.asked.at(-1)?.method, 'DELETE');
});
