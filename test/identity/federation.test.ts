import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../src/core/errors.ts';
import { createFederatedTokenSource } from '../../src/identity/federated-token-source.ts';
import { readGoogleEndpoints } from '../../src/identity/google-endpoints.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { realClock } from '../../src/sim/control/clock.ts';
import {
  accountOf,
  APP_ID_URI,
  captureIdentity,
  type Federation,
  providerName,
  startFederation,
} from '../harness/federation.ts';
import { badTokens, goodClaims, makeBadToken } from './bad-tokens.ts';

const HOUR = 3600;
const now = (): number => Math.floor(Date.now() / 1000);

interface Tried {
  readonly token: () => Promise<string>;
  readonly audience?: string;
  readonly serviceAccount?: string;
  readonly expectedSubject?: string;
}

function sourceOf(
  { origin }: Federation,
  { token, audience, serviceAccount, expectedSubject }: Tried,
  hidden: string[],
) {
  return createFederatedTokenSource({
    audience: audience ?? `//iam.googleapis.com/${providerName('capture')}`,
    serviceAccount: serviceAccount ?? accountOf('capture'),
    supplier: { describe: () => 'managed identity of this machine', getSubjectToken: token },
    endpoints: readGoogleEndpoints({ HOLDFAST_TEST_GOOGLE_ORIGIN: origin }),
    clock: systemClock,
    conceal: (secret) => hidden.push(secret),
    expectedSubject,
  });
}

test('a token of the workload becomes one of the service account, and a new one before it ends', async (t) => {
  const scene = await startFederation(t);
  const hidden: string[] = [];
  let asked = 0;
  const token = async (): Promise<string> => {
    asked += 1;
    return (await scene.issuer.mint({ resource: APP_ID_URI, clientId: captureIdentity.clientId }))?.token ?? '';
  };
  const source = sourceOf(scene, { token }, hidden);
  const { token: first } = await source.get();
  assert.equal(scene.google.findHolder(first)?.principal, accountOf('capture'));
  assert.equal((await source.get()).token, first, 'it is kept');
  assert.equal(asked, 1);
  const life = await source.life?.();
  const leftMs = (life?.expiresAtMs ?? 0) - Date.now();
  assert.ok(leftMs > 55 * 60_000 && leftMs <= 60 * 60_000, `${leftMs} ms are left`);
  const { token: renewed } = await source.get({ refresh: true });
  assert.notEqual(renewed, first);
  assert.equal(asked, 2);
  assert.ok(hidden.includes(first) && hidden.includes(renewed), 'what was given is concealed');
  assert.equal(source.describe(), `${accountOf('capture')}, by managed identity of this machine`);
});

test('in a long run a token that is about to end is got anew, without anybody asking for it', async (t) => {
  // Google's clock is 56 minutes slow: what it gives for an hour ends four minutes from now.
  const clock = { ...realClock(), nowMs: () => Date.now() - 56 * 60_000 };
  const scene = await startFederation(t, { clock });
  const claims = { ...goodClaims(), iat: now() - 2 * HOUR, nbf: now() - 2 * HOUR };
  let asked = 0;
  const token = (): Promise<string> => {
    asked += 1;
    return scene.issuer.forge(claims);
  };
  const source = sourceOf(scene, { token }, []);
  const first = await source.get();
  const leftMs = ((await source.life?.())?.expiresAtMs ?? 0) - Date.now();
  assert.ok(leftMs > 0 && leftMs < 5 * 60_000, `${leftMs} ms are left`);
  const second = await source.get();
  assert.notEqual(second.token, first.token);
  assert.equal(asked, 3, 'once for each: the two tokens and the question how long');
  assert.equal(scene.google.findHolder(second.token)?.principal, accountOf('capture'));
});

test('each bad token is refused with a message of its own that says what to mend, and is never shown', async (t) => {
  const messages = new Set<string>();
  for (const bad of badTokens) {
    await t.test(bad.name, async (own) => {
      const scene = await startFederation(own);
      bad.prepare?.(scene);
      const token = await makeBadToken(bad, scene);
      const hidden: string[] = [];
      const source = sourceOf(scene, { ...bad.tried, token: async () => token }, hidden);
      await assert.rejects(source.get(), (error) => {
        assert.ok(error instanceof HoldfastError, String(error));
        assert.equal(error.code, bad.code ?? 'FEDERATION_REFUSED');
        assert.match(error.message, bad.message);
        assert.match(error.next ?? '', bad.next);
        assert.equal(error.exit, 12);
        const told = `${error.stack ?? ''}${JSON.stringify(error.cause)}${String(error.cause)}`;
        for (const part of token.split('.').filter((one) => one.length > 20)) assert.ok(!told.includes(part));
        messages.add(error.message);
        return true;
      });
      assert.ok(hidden.includes(token), 'it was concealed');
    });
  }
  assert.equal(messages.size, badTokens.length, 'no two are told in the same words');
  t.diagnostic(`${badTokens.length} bad tokens`);
});
