import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOf, fail, type Judged, pass, unknown } from './posture-check.ts';
import type { Reading } from '../protection/readings.ts';

const what = { id: 'tls', thing: 'The Storage Account', remedy: 'Mend it.' };
const present: Reading<number> = { state: 'present', facts: 7 };

function judged(verdict: Judged) {
  return checkOf(what, present, () => verdict);
}

test('what passes has no remedy, what does not has the one of its check; a strength is kept, zero too', () => {
  assert.deepEqual(judged(pass('It holds.', 2)), { id: 'tls', state: 'pass', evidence: 'It holds.', strength: 2 });
  assert.deepEqual(judged(pass('It holds.')), { id: 'tls', state: 'pass', evidence: 'It holds.' });
  assert.deepEqual(judged(fail('It leaks.', 0)), {
    id: 'tls',
    state: 'fail',
    evidence: 'It leaks.',
    remedy: 'Mend it.',
    strength: 0,
  });
  assert.deepEqual(judged(unknown('Who knows.')), {
    id: 'tls',
    state: 'unknown',
    evidence: 'Who knows.',
    remedy: 'Mend it.',
  });
});

test('what was read is what is judged', () => {
  assert.equal(checkOf(what, present, (facts) => pass(`It is ${facts}.`)).evidence, 'It is 7.');
});

test('what could not be read, was not found or not looked at is unknown, with its own way on', () => {
  const check = (reading: Reading<number>) => checkOf(what, reading, () => pass('never'));
  const common = { id: 'tls', state: 'unknown' };
  assert.deepEqual(check({ state: 'unreadable', reason: 'it is denied.', next: 'Ask the owner.' }), {
    ...common,
    evidence: 'The Storage Account could not be read: it is denied.',
    remedy: 'Ask the owner.',
  });
  assert.deepEqual(check({ state: 'unreadable', reason: 'it is denied.' }), {
    ...common,
    evidence: 'The Storage Account could not be read: it is denied.',
    remedy: 'Let this identity read it (Reader on the resource), and look again.',
  });
  assert.deepEqual(check({ state: 'absent', code: 'ResourceNotFound' }), {
    ...common,
    evidence: 'The Storage Account could not be found (ResourceNotFound): not there, or not seen by this identity.',
    remedy: 'Check its name in the section protect of holdfast.yaml, or make it: holdfast protect plan.',
  });
  assert.deepEqual(check({ state: 'notAsked' }), {
    ...common,
    evidence: 'The Storage Account could not be looked at, because what stands above is not known.',
    remedy: 'See to the checks before this one first.',
  });
});
