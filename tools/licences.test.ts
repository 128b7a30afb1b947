import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLicenceProblems } from './licences.ts';

const names = (licences: readonly (string | undefined)[]): number =>
  findLicenceProblems(licences.map((licence) => ({ name: 'x', licence }))).length;

test('permissive licences pass, alone and combined', () => {
  assert.equal(
    names(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'GPL-2.0 OR ISC', 'MIT AND ISC', '(MIT OR GPL-3.0) AND ISC']),
    0,
  );
});

test('others are named', () => {
  const bad = [
    'GPL-3.0',
    'MIT AND GPL-3.0',
    '(MIT AND LGPL-2.1) OR AGPL-3.0',
    'SEE LICENSE IN x',
    'UNLICENSED',
    '',
    undefined,
  ];
  assert.equal(names(bad), bad.length);
  assert.deepEqual(findLicenceProblems([{ name: 'chains', licence: 'AGPL-3.0' }]), [
    'chains is under AGPL-3.0, which is not among the permissive licences.',
  ]);
});
