import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { securitySettings } from './security-settings.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const settings = (body: JsonObject) =>
  stateOf(securitySettings, 'securitySettings', { name: 'organizations/o/securitySettings', ...body });
const PATCH = 'PATCH securitySettings?updateMask=ml_retraining_feedback_enabled';

test('false is what absence means, true differs', () => {
  const off = settings({ mlRetrainingFeedbackEnabled: false });
  assert.deepEqual(off.canonical, settings({}).canonical);
  assert.notDeepEqual(off.canonical, settings({ mlRetrainingFeedbackEnabled: true }).canonical);
});

test('the one field is always sent, whether it is to be on or off', () => {
  const on = settings({ mlRetrainingFeedbackEnabled: true });
  const update = securitySettings.update(settings({}), on, writeContext());
  assert.deepEqual(linesOf(update.calls), [`materialise set: ${PATCH}`]);
  assert.deepEqual(jsonOf(update.calls[0]), { mlRetrainingFeedbackEnabled: false });
  const create = securitySettings.create(on, writeContext());
  assert.deepEqual(linesOf(create.calls), [`materialise set: ${PATCH}`]);
  assert.deepEqual(jsonOf(create.calls[0]), { mlRetrainingFeedbackEnabled: true });
  const { calls } = securitySettings.remove(on, writeContext());
  assert.deepEqual(
    [linesOf(calls), jsonOf(calls[0])],
    [[`remove reset: ${PATCH}`], { mlRetrainingFeedbackEnabled: false }],
  );
});
