import { actionsOf, type Evidence } from './evidence.ts';
import { countDrills, countPostures } from './measured.ts';
import { isTampering } from './examine-trail.ts';

/** `attention`: the evidence shows something to be explained. `none`: nothing of this is recorded in the time. */
export type CriterionState = 'evidence' | 'attention' | 'none';

export interface Criterion {
  /** Number in the trust services criteria of the AICPA (2017, points of focus of 2022). */
  readonly id: string;
  /** What it asks, in our words; the criteria themselves count. */
  readonly asks: string;
  readonly state: CriterionState;
  /** What this pack has on it. */
  readonly found: string;
  /** The sections of the report. */
  readonly sections: readonly SectionName[];
}

export type SectionName =
  | 'backups'
  | 'proofs'
  | 'restores'
  | 'reveals'
  | 'keys'
  | 'trail'
  | 'posture'
  | 'emergencies'
  | 'actions';

const plural = (count: number, noun: string, many = `${noun}s`): string => `${count} ${count === 1 ? noun : many}`;

/** Maps what was gathered to criteria of a SOC 2 report. It says what is there, not whether it is enough: that is the auditor's. */
export function mapCriteria(evidence: Evidence): readonly Criterion[] {
  return [
    ...accessCriteria(evidence),
    ...operationCriteria(evidence),
    changeCriterion(evidence),
    ...availabilityCriteria(evidence),
  ];
}

function accessCriteria(evidence: Evidence): Criterion[] {
  const { keys, actions } = evidence;
  const reveals = actions.filter(({ effect }) => effect === 'reveals');
  const opened = reveals.filter(({ result }) => result !== 'failed' && result !== 'refused').length;
  const keyActions = actionsOf(evidence, 'key', 'init');
  const revoked = keys.signers.filter((signer) => signer.revoked !== undefined).length;
  return [
    {
      id: 'CC6.1',
      asks: 'Access to protected information is restricted by logical means: keys, roles, encryption.',
      state: 'evidence',
      found: `Points are sealed to keys by role; ${plural(keys.signers.length, 'signing key')} in keyring ${keys.keyring}, ${revoked} revoked; ${plural(keys.generations.length, 'generation')} of class keys.`,
      sections: ['keys'],
    },
    {
      id: 'CC6.2, CC6.3',
      asks: 'Access is granted, changed and taken away by authorized people, with no more rights than needed.',
      state: keyActions.length > 0 ? 'evidence' : 'none',
      found:
        keyActions.length > 0
          ? `Actions on keys recorded, each with who did it: ${keyActions.length}.`
          : 'No action on keys in this time.',
      sections: ['keys'],
    },
    {
      id: 'CC6.7',
      asks: 'Only authorized people take information out, and it is protected on its way.',
      state: reveals.length > 0 ? 'evidence' : 'none',
      found:
        reveals.length > 0
          ? `Secrets were asked for ${plural(reveals.length, 'time')} and opened ${plural(opened, 'time')}; each is recorded before it happened, by ids.`
          : 'No secret was opened through the tool in this time.',
      sections: ['reveals'],
    },
  ];
}

function operationCriteria(evidence: Evidence): Criterion[] {
  const { trail, actions, restores } = evidence;
  const tampering = trail.findings.filter(isTampering).length;
  const posture = countPostures(evidence);
  const unusual = actions.filter(({ result }) => result === 'failed' || result === 'refused' || result === 'open');
  const emergencies = actions.filter(({ breakGlass }) => breakGlass !== undefined);
  return [
    {
      id: 'CC7.1',
      asks: 'Changes of configuration that open a weakness are looked for.',
      state: posture.bad > 0 ? 'attention' : posture.good > 0 ? 'evidence' : 'none',
      found:
        posture.good + posture.bad > 0
          ? `Measurements recorded: ${posture.good + posture.bad}, of them ${posture.bad} that failed, found a weakness or could not tell.`
          : 'No measurement of the posture is recorded in this time.',
      sections: ['posture'],
    },
    {
      id: 'CC7.2',
      asks: 'Systems are watched for what is unusual, and it is analysed.',
      state: tampering > 0 || unusual.length > 0 ? 'attention' : 'evidence',
      found: `The trail was checked when this pack was made: ${tampering === 0 ? 'no sign of tampering' : plural(tampering, 'sign of tampering', 'signs of tampering')}; actions that failed, were refused or have no end: ${unusual.length}.`,
      sections: ['trail', 'actions'],
    },
    {
      id: 'CC7.3, CC7.4',
      asks: 'Security events are judged, and incidents are answered by a set procedure.',
      state: emergencies.length > 0 ? 'attention' : 'none',
      found:
        emergencies.length > 0
          ? `Actions under break-glass, each with its reason: ${emergencies.length}. A review of them is not recorded here.`
          : 'No break-glass in this time. How incidents were judged is not recorded by this tool.',
      sections: ['emergencies'],
    },
    {
      id: 'CC7.5',
      asks: 'After an incident what was lost is recovered, and the recovery is known to be complete.',
      state:
        restores.length === 0 ? 'none' : restores.every(({ status }) => status === 'done') ? 'evidence' : 'attention',
      found:
        restores.length === 0
          ? 'No restore in this time.'
          : `${plural(restores.length, 'restore')}: ${restores.filter(({ status }) => status === 'done').length} done and read back equal.`,
      sections: ['restores'],
    },
  ];
}

function changeCriterion({ restores }: Evidence): Criterion {
  const approved = restores.filter(({ approver }) => approver !== undefined).length;
  return {
    id: 'CC8.1',
    asks: 'Changes are authorized, tested and approved before they are made.',
    state: restores.length === 0 ? 'none' : approved === restores.length ? 'evidence' : 'attention',
    found:
      restores.length === 0
        ? 'No change was made to the organization through a restore.'
        : `${plural(restores.length, 'restore')}, bound to the hash of the plan; approvals recorded: ${approved === 0 ? 'none' : approved}.`,
    sections: ['restores'],
  };
}

function availabilityCriteria(evidence: Evidence): Criterion[] {
  const { backups, proofs } = evidence;
  const missed = backups.missed.reduce((sum, span) => sum + span.missed, 0);
  const drills = countDrills(evidence);
  const bad = proofs.filter(({ result }) => result !== 'good').length;
  return [
    {
      id: 'A1.2',
      asks: 'Data is backed up, and what recovery stands on is kept up and watched.',
      state: missed > 0 || backups.damaged.length > 0 ? 'attention' : backups.taken.length > 0 ? 'evidence' : 'none',
      found: `${plural(backups.taken.length, 'point')} taken; the objective was missed ${plural(missed, 'time')}; ${plural(backups.damaged.length, 'manifest')} damaged.`,
      sections: ['backups'],
    },
    {
      id: 'A1.3',
      asks: 'Recovery is tested.',
      state:
        bad + drills.bad > 0 ? 'attention' : drills.good > 0 ? 'evidence' : proofs.length > 0 ? 'attention' : 'none',
      found: `${plural(proofs.length, 'verification')} signed, ${bad} with damage; ${drills.good + drills.bad === 0 ? 'no restore drill is recorded. A verification reads a point; it does not restore it.' : `${plural(drills.good + drills.bad, 'restore drill')} recorded, ${drills.bad} that proved nothing.`}`,
      sections: ['proofs', 'posture'],
    },
  ];
}
