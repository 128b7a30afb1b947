import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textIn } from '../document.ts';
import { generateSeed } from './generated.ts';
import { createSeed } from './index.ts';
import { associationStates, listExpired, listKeys, listLostPending, targetOf } from './seeded-target.contract.ts';
import { wreck } from './wreck.ts';

const organization = 'acme-prod';

test('the wreck of small, word for word', () => {
  assert.deepEqual(wreck(targetOf(createSeed('small', organization))), [
    'pointed the target server core-banking in prod at core-migrated.acme-pay.invalid',
    'deleted the target server core-banking-dr in prod',
    'set "acquirer.password" in the key value map partner-credentials of prod to "changeme"',
    'deleted the key value map feature-flags of prod with its entries (4)',
    'overwrote the resource file properties/ledger.properties of prod',
    'deleted the resource file java/hsm-client-2.1.jar of prod',
    'created the keystore acme-rotated-keys in prod and let the reference core-banking-keystore refer to it',
    'deleted the certificate "acme root ca" from the keystore acme-roots.v1 in prod',
    'imported revision 5 of the proxy payments-v2, which trusts the issuer of staging, and deployed it over revision 3 in prod',
    'imported revision 2 of the shared flow error-envelope, which sends the caller’s token back in a header, and deployed it over revision 1 in prod',
    'undeployed revision 5 of the proxy merchants-v1 from prod',
    'detached the shared flow traffic-guard from PreProxyFlowHook in prod',
    'replaced the hostnames of the environment group partners with moved.acme-pay.invalid',
    'detached the environment prod from the environment group public',
    'detached the environment test from the instance eu-west1',
    'deleted the DNS zone corp',
    'overwrote the debug mask of prod',
    'overwrote the 2 properties of the organization with one',
    'made everybody with an account an administrator of prod',
    'let prod trace half of its traffic and deleted a trace override',
    'deleted the report "Errors"',
    'overwrote the filter of the report "Errors"',
    'sent the exports of the datastore "Nightly export / raw" to the project wrong-project',
    'deleted the data collector dc_amount_minor',
    'overwrote the description of the data collector dc_booked_at',
    'cut the security profile strict down to CORS',
    'detached prod from the security profile strict',
    'set the security action allow-office in prod to ENABLED',
    'deleted the security action block-scrapers in prod',
    'switched security actions off in prod',
    'deleted a category of the portal acme-prod-developers',
    'deleted a catalog item of the portal acme-prod-developers',
    'overwrote the title of a catalog item of the portal acme-prod-developers',
    'deleted revision 9 of the proxy payments-v1, which ran nowhere',
    'overwrote the labels of the proxy payments-v1',
    'deployed an archive without a proxy to workbench',
    'cut the quota of the product payments-standard to 1 call a day',
    'emptied the lists of proxies and environments of the product payments-sandbox, which opens all of them',
    'renamed the product fx-rates-free from "Exchange rates, free" to "TEMP do not use"',
    'deleted the developer orders@bakery.example with the apps "Bread line", "Cake line", "Retired till"',
    'deleted the app "refund desk" of jun.tanaka@noodle-bar.example with its keys (1), one of which waited for an approval',
    'deleted the second key of the app "a" of a@b.example',
    'took the product fx-rates-free from the key of the app "50% discount" of pia.o\'neil@bike-shop.example',
    'revoked the product payments-standard on a key of the app "Checkout" of pia.o\'neil@bike-shop.example',
    'revoked the first key of the app "Till & terminal" of pia.o\'neil@bike-shop.example',
    'revoked the app "checkout" of pia.o\'neil@bike-shop.example',
    'overwrote the attributes and the callback of the app "注文アプリ" of jun.tanaka@noodle-bar.example',
    'deleted the app "refund desk 2" of jun.tanaka@noodle-bar.example with its keys (1)',
    'switched off the developer finance-tools@acme-pay.example and overwrote the last name',
    'created the target server tmp-debug in dev',
    'imported the proxy hello-world-test and deployed it in dev',
    'created the product Copy of payments, open to everybody',
    'created the developer temp.contractor+test@acme-pay.example with the app "load test"',
  ]);
});

test('medium is wrecked in the same ways, and the same way each time', () => {
  const sentences = wreck(targetOf(createSeed('medium', organization)));
  assert.deepEqual(sentences, wreck(targetOf(createSeed('medium', organization))));
  assert.equal(sentences.length, wreck(targetOf(createSeed('small', organization))).length);
});

test('no sentence holds a consumer key or secret', () => {
  const target = targetOf(createSeed('small', organization));
  const keys = listKeys(target).flatMap(({ key }) => [textIn(key, 'consumerKey'), textIn(key, 'consumerSecret')]);
  const text = wreck(target).join('\n');
  assert.deepEqual(
    keys.filter((key) => text.includes(key)),
    [],
  );
});

for (const name of ['small', 'medium'] as const) {
  test(`what the API cannot give back is untouched in ${name}`, () => {
    const target = targetOf(createSeed(name, organization));
    const expired = listExpired(target);
    const associations = associationStates(target);
    assert.ok(expired.length > 0 && [...associations.values()].includes('pending'));
    wreck(target);
    assert.deepEqual(listExpired(target), expired);
    assert.deepEqual(listLostPending(target, associations), []);
    assert.notDeepEqual(associationStates(target), associations);
  });
}

test('any organization can be wrecked, by strict rules and by lenient ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.boolean(), (seed, strict) => {
      const rule = strict ? 'refused' : 'allowed';
      const switches = { sharedFlowReplacement: rule, productDeleteWhileUsed: rule } as const;
      const target = targetOf(generateSeed({ seed, allowResidue: true }), switches);
      const expired = listExpired(target);
      const associations = associationStates(target);
      assert.ok(wreck(target).length > 0);
      assert.deepEqual(listExpired(target), expired);
      assert.deepEqual(listLostPending(target, associations), []);
    }),
    { numRuns: 150 },
  );
});

test('a million apps are wrecked without being read', () => {
  assert.ok(wreck(targetOf(createSeed('huge', organization))).length > 15);
});
