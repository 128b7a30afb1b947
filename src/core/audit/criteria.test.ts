import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditAction } from './audit-action.ts';
import { type Criterion, mapCriteria } from './criteria.ts';
import { auditAction, noEvidence, pointAt } from './evidence.fixture.ts';
import type { Evidence, EvidenceProof } from './evidence.ts';

type Told = Pick<Criterion, 'state' | 'found'>;

function tell(evidence: Partial<Evidence>, id: string): Told | undefined {
  const criterion = mapCriteria({ ...noEvidence, ...evidence }).find((one) => one.id === id);
  return criterion && { state: criterion.state, found: criterion.found };
}

const { from, to } = noEvidence;
const restore = { run: 1, startedAt: from, planHash: 'h', status: 'done' };
const proof: EvidenceProof = {
  name: 'n',
  point: 'p',
  at: from,
  depth: 'all-data',
  result: 'good',
  checkedObjects: 1,
  signer: 's',
};
const posture = { name: 'n', at: from, signer: 's', passed: 3, failed: [], unknown: [], weakened: [] };

/** Numbers of the trust services criteria of 2017, with the question of each in our words. */
test('every criterion is told with what it asks and where in the report it is, recorded or not', () => {
  const asked: readonly (readonly [id: string, asks: string, sections: readonly string[]])[] = [
    ['CC6.1', 'Access to protected information is restricted by logical means: keys, roles, encryption.', ['keys']],
    [
      'CC6.2, CC6.3',
      'Access is granted, changed and taken away by authorized people, with no more rights than needed.',
      ['keys'],
    ],
    ['CC6.7', 'Only authorized people take information out, and it is protected on its way.', ['reveals']],
    ['CC7.1', 'Changes of configuration that open a weakness are looked for.', ['posture']],
    ['CC7.2', 'Systems are watched for what is unusual, and it is analysed.', ['trail', 'actions']],
    ['CC7.3, CC7.4', 'Security events are judged, and incidents are answered by a set procedure.', ['emergencies']],
    ['CC7.5', 'After an incident what was lost is recovered, and the recovery is known to be complete.', ['restores']],
    ['CC8.1', 'Changes are authorized, tested and approved before they are made.', ['restores']],
    ['A1.2', 'Data is backed up, and what recovery stands on is kept up and watched.', ['backups']],
    ['A1.3', 'Recovery is tested.', ['proofs', 'posture']],
  ];
  assert.deepEqual(
    mapCriteria(noEvidence).map(({ id, asks, sections }) => [id, asks, sections]),
    asked,
  );
});

test('nothing recorded is said to be nothing, and never evidence', () => {
  const told = mapCriteria(noEvidence).map(({ id, state, found }) => [id, state, found]);
  assert.deepEqual(told, [
    [
      'CC6.1',
      'evidence',
      'Points are sealed to keys by role; 0 signing keys in keyring 1, 0 revoked; 0 generations of class keys.',
    ],
    ['CC6.2, CC6.3', 'none', 'No action on keys in this time.'],
    ['CC6.7', 'none', 'No secret was opened through the tool in this time.'],
    ['CC7.1', 'none', 'No measurement of the posture is recorded in this time.'],
    [
      'CC7.2',
      'evidence',
      'The trail was checked when this pack was made: no sign of tampering; actions that failed, were refused or have no end: 0.',
    ],
    ['CC7.3, CC7.4', 'none', 'No break-glass in this time. How incidents were judged is not recorded by this tool.'],
    ['CC7.5', 'none', 'No restore in this time.'],
    ['CC8.1', 'none', 'No change was made to the organization through a restore.'],
    ['A1.2', 'none', '0 points taken; the objective was missed 0 times; 0 manifests damaged.'],
    [
      'A1.3',
      'none',
      '0 verifications signed, 0 with damage; no restore drill is recorded. A verification reads a point; it does not restore it.',
    ],
  ]);
});

test('keys are counted, and those that are revoked', () => {
  const signer = { role: 'writer', fingerprint: 'f', since: from };
  const keys = {
    keyring: 4,
    generations: [{ generation: 1, since: from }],
    signers: [signer, { ...signer, revoked: to }, signer],
  };
  assert.equal(
    tell({ keys }, 'CC6.1')?.found,
    'Points are sealed to keys by role; 3 signing keys in keyring 4, 1 revoked; 1 generation of class keys.',
  );
  assert.match(tell({ keys: { ...keys, signers: [signer] } }, 'CC6.1')?.found ?? '', /; 1 signing key in keyring 4,/);
});

test('the making of a vault is an action on keys', () => {
  const actions = [auditAction('init'), auditAction('key add'), auditAction('backup')];
  assert.deepEqual(tell({ actions }, 'CC6.2, CC6.3'), {
    state: 'evidence',
    found: 'Actions on keys recorded, each with who did it: 2.',
  });
});

test('secrets are asked for whenever an action reveals, and opened where it was neither refused nor failed', () => {
  const reveal = (result: AuditAction['result']): AuditAction => auditAction('cat', { effect: 'reveals', result });
  const actions = [reveal('done'), reveal('refused'), reveal('failed'), reveal('open'), auditAction('backup')];
  assert.deepEqual(tell({ actions }, 'CC6.7'), {
    state: 'evidence',
    found: 'Secrets were asked for 4 times and opened 2 times; each is recorded before it happened, by ids.',
  });
  assert.deepEqual(tell({ actions: [reveal('partial')] }, 'CC6.7'), {
    state: 'evidence',
    found: 'Secrets were asked for 1 time and opened 1 time; each is recorded before it happened, by ids.',
  });
});

test('measurements of the posture are evidence where each found nothing, else to be explained', () => {
  const weak = { ...posture, name: 'm', weakened: ['tls'] };
  assert.deepEqual(tell({ postures: [posture, weak] }, 'CC7.1'), {
    state: 'attention',
    found: 'Measurements recorded: 2, of them 1 that failed, found a weakness or could not tell.',
  });
  assert.deepEqual(tell({ postures: [posture] }, 'CC7.1'), {
    state: 'evidence',
    found: 'Measurements recorded: 1, of them 0 that failed, found a weakness or could not tell.',
  });
});

test('tampering, and actions that failed, were refused or have no end, are to be explained', () => {
  const finding = { kind: 'truncated', object: 'audit/x', reason: 'r' } as const;
  const findingsOf = (...findings: Evidence['trail']['findings']): Partial<Evidence> => ({
    trail: { ...noEvidence.trail, findings },
  });
  const found = (tampering: string, unusual: number): string =>
    `The trail was checked when this pack was made: ${tampering}; actions that failed, were refused or have no end: ${unusual}.`;
  assert.deepEqual(tell(findingsOf(finding), 'CC7.2'), { state: 'attention', found: found('1 sign of tampering', 0) });
  assert.deepEqual(tell(findingsOf(finding, { ...finding, kind: 'gap' }), 'CC7.2'), {
    state: 'attention',
    found: found('2 signs of tampering', 0),
  });
  const open = tell(findingsOf({ ...finding, kind: 'open' }), 'CC7.2');
  assert.deepEqual(open, { state: 'evidence', found: found('no sign of tampering', 0) });
  for (const result of ['failed', 'refused', 'open'] as const) {
    const actions = [auditAction('apply', { result }), auditAction('apply'), auditAction('x', { result: 'partial' })];
    assert.deepEqual(
      tell({ actions }, 'CC7.2'),
      { state: 'attention', found: found('no sign of tampering', 1) },
      result,
    );
  }
});

test('an action under break-glass is to be explained', () => {
  const actions = [auditAction('apply', { breakGlass: 'fire' }), auditAction('apply')];
  assert.deepEqual(tell({ actions }, 'CC7.3, CC7.4'), {
    state: 'attention',
    found: 'Actions under break-glass, each with its reason: 1. A review of them is not recorded here.',
  });
});

test('restores are evidence of recovery where all were done, and of approval where all were approved', () => {
  const approved = { ...restore, approver: 'ann' };
  const restores = [approved, { ...restore, status: 'differs' }];
  assert.deepEqual(tell({ restores }, 'CC7.5'), {
    state: 'attention',
    found: '2 restores: 1 done and read back equal.',
  });
  assert.deepEqual(tell({ restores }, 'CC8.1'), {
    state: 'attention',
    found: '2 restores, bound to the hash of the plan; approvals recorded: 1.',
  });
  assert.deepEqual(tell({ restores: [approved] }, 'CC7.5'), {
    state: 'evidence',
    found: '1 restore: 1 done and read back equal.',
  });
  assert.deepEqual(tell({ restores: [approved] }, 'CC8.1'), {
    state: 'evidence',
    found: '1 restore, bound to the hash of the plan; approvals recorded: 1.',
  });
  assert.equal(
    tell({ restores: [restore] }, 'CC8.1')?.found,
    '1 restore, bound to the hash of the plan; approvals recorded: none.',
  );
});

test('points are evidence of backups; a missed objective or a damaged manifest is to be explained', () => {
  const backups = { ...noEvidence.backups, taken: [pointAt(from)] };
  const found = (missed: string, damaged: string): string =>
    `1 point taken; the objective was missed ${missed}; ${damaged} damaged.`;
  assert.deepEqual(tell({ backups }, 'A1.2'), { state: 'evidence', found: found('0 times', '0 manifests') });
  const missed = [
    { from, to, missed: 2 },
    { from, to, missed: 1 },
  ];
  assert.deepEqual(tell({ backups: { ...backups, missed } }, 'A1.2'), {
    state: 'attention',
    found: found('3 times', '0 manifests'),
  });
  assert.deepEqual(tell({ backups: { ...backups, damaged: ['points/x'] } }, 'A1.2'), {
    state: 'attention',
    found: found('0 times', '1 manifest'),
  });
});

test('a verification is no restore: only a drill that proved something is evidence of tests', () => {
  const none = 'no restore drill is recorded. A verification reads a point; it does not restore it.';
  assert.deepEqual(tell({ proofs: [proof] }, 'A1.3'), {
    state: 'attention',
    found: `1 verification signed, 0 with damage; ${none}`,
  });
  const actions = [auditAction('drill'), auditAction('rehearse')];
  const damaged = { ...proof, result: 'damaged' };
  assert.deepEqual(tell({ actions, proofs: [proof] }, 'A1.3'), {
    state: 'evidence',
    found: '1 verification signed, 0 with damage; 2 restore drills recorded, 0 that proved nothing.',
  });
  assert.deepEqual(tell({ actions, proofs: [proof, damaged] }, 'A1.3'), {
    state: 'attention',
    found: '2 verifications signed, 1 with damage; 2 restore drills recorded, 0 that proved nothing.',
  });
  assert.deepEqual(tell({ actions: [auditAction('drill', { result: 'failed' })] }, 'A1.3'), {
    state: 'attention',
    found: '0 verifications signed, 0 with damage; 1 restore drill recorded, 1 that proved nothing.',
  });
});
