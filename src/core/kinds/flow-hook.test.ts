import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { flowHook } from './flow-hook.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const id = 'environments/test/flowhooks/PreProxyFlowHook';
const body: JsonObject = { flowHookPoint: 'PreProxyFlowHook', sharedFlow: 'guard+1', continueOnError: false };
const hook = (change: JsonObject = {}) => stateOf(flowHook, id, { ...body, ...change });

test('a flow hook is attached and replaced by one and the same call, and detached', () => {
  const { calls } = flowHook.create(hook(), writeContext());
  assert.deepEqual(linesOf(calls), [`activate attach: PUT ${id}`]);
  assert.deepEqual(jsonOf(calls[0]), { sharedFlow: 'guard+1', continueOnError: false });
  assert.deepEqual(linesOf(flowHook.update(hook(), hook({ sharedFlow: 'x' }), writeContext()).calls), [
    `activate attach: PUT ${id}`,
  ]);
  const [detach] = flowHook.remove(hook(), writeContext()).calls;
  assert.deepEqual([detach?.phase, detach?.method, detach?.tolerates], ['remove', 'DELETE', [404]]);
});

test('it needs its shared flow deployed in the same environment', () => {
  assert.deepEqual(
    flowHook.needs(hook()).map((need) => need.id),
    ['environments/test/sharedflows/guard%2B1/deployment'],
  );
});

test('an empty hook point is no resource; failing on errors is told apart from the default', () => {
  assert.equal(flowHook.isVacant?.({ flowHookPoint: 'PreProxyFlowHook', continueOnError: true }), true);
  assert.equal(flowHook.isVacant?.(body), false);
  assert.deepEqual(hook().canonical, { sharedFlow: 'guard+1', continueOnError: false });
  const { continueOnError: _, ...rest } = body;
  assert.deepEqual(stateOf(flowHook, id, rest).canonical, hook({ continueOnError: true }).canonical);
});
