import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleContext } from '../sample-kind.fixture.ts';
import { traceConfig } from './trace-config.ts';
import { traceOverride } from './trace-override.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/prod/traceConfig';
const full = {
  exporter: 'JAEGER',
  endpoint: 'x',
  mtlsConfig: { keyStore: 'k s', keyAlias: 'a/b', trustStore: 'ref://t' },
};
const context = writeContext();

test('a configuration needs the keystores, references and alias that its mTLS settings name', () => {
  assert.deepEqual(
    traceConfig.needs(stateOf(traceConfig, id, full)).map((need) => need.id),
    [
      'environments/prod/keystores/k%20s',
      'environments/prod/references/t',
      'environments/prod/keystores/k%20s/aliases/a%2Fb',
    ],
  );
  const byReference = { ...full, mtlsConfig: { ...full.mtlsConfig, keyStore: 'ref://k' } };
  assert.deepEqual(
    traceConfig.needs(stateOf(traceConfig, id, byReference)).map((need) => need.id),
    ['environments/prod/references/k', 'environments/prod/references/t'],
  );
  assert.deepEqual(traceConfig.needs(stateOf(traceConfig, id, { exporter: 'JAEGER' })), []);
});

test('it is set as a whole, and what is unset is no resource', () => {
  const [set] = traceConfig.update(stateOf(traceConfig, id, full), stateOf(traceConfig, id, {}), context).calls;
  assert.equal(
    set?.query?.['updateMask'],
    'endpoint,exporter,mtlsConfig,otelCollectorSecurityScheme,samplingConfig,spanSemantics,traceProtocol',
  );
  assert.deepEqual(jsonOf(set), full);
  assert.equal(traceConfig.isVacant?.({}), true);
  assert.equal(traceConfig.isVacant?.({ exporter: 'EXPORTER_UNSPECIFIED', samplingConfig: { sampler: 'OFF' } }), true);
  assert.equal(traceConfig.isVacant?.(full), false);
  const gone = writeContext({ isRemoved: (of) => of === 'environments/prod' });
  assert.deepEqual(traceConfig.remove(stateOf(traceConfig, id, full), gone).calls, []);
});

test('an override is told apart by its proxy, and addressed by the id that the server made', () => {
  const body = { name: 'uuid', apiProxy: 'orders.v1', samplingConfig: { sampler: 'OFF' } };
  const own = 'environments/prod/traceConfig/overrides/orders.v1';
  assert.equal(traceOverride.idOf(body, 'environments/prod', sampleContext), own);
  assert.equal(traceOverride.idOf(body, 'environments/prod/traceConfig', sampleContext), own);
  const live = stateOf(traceOverride, own, body);
  const desired = stateOf(traceOverride, own, { ...body, name: 'other' });
  assert.deepEqual(live.canonical, desired.canonical);
  assert.deepEqual(
    [
      ...linesOf(traceOverride.create(desired, context).calls),
      ...linesOf(traceOverride.update(desired, live, context).calls),
      ...linesOf(traceOverride.remove(live, context).calls),
    ],
    [
      'activate create: POST environments/prod/traceConfig/overrides',
      'activate update: PATCH environments/prod/traceConfig/overrides/uuid?updateMask=samplingConfig',
      'remove delete: DELETE environments/prod/traceConfig/overrides/uuid',
    ],
  );
  assert.deepEqual(jsonOf(traceOverride.create(desired, context).calls[0]), {
    apiProxy: 'orders.v1',
    samplingConfig: { sampler: 'OFF' },
  });
  assert.deepEqual(
    traceOverride.needs(desired).map((need) => need.id),
    ['apis/orders.v1', 'environments/prod/apis/orders.v1/deployment'],
  );
  const emptied = writeContext({ isRemoved: (of) => of === id });
  assert.equal(traceOverride.remove(live, emptied).calls.length, 1, 'an emptied configuration keeps its overrides');
});
