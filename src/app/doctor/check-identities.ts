import { HoldfastError } from '../../core/errors.ts';
import { googleRole, type RoleName, writePermissions } from '../../core/roles/google-roles.ts';
import { type Check, checksOf } from './check.ts';
import type { Examination, IdentityExamination } from './examination.ts';

const make = checksOf('identity');
const SHOWN = 5;
const UNPROVED = {
  'one-identity': {
    evidence: 'One identity reads and writes, so what it may do was not proved.',
    remedy: 'Part it into identity.google.capture and identity.google.restore: holdfast init identity.',
  },
  'token-instead': {
    evidence:
      'HOLDFAST_APIGEE_TOKEN or HOLDFAST_APIGEE_TOKEN_FILE is used in place of the configured identities, so nothing was proved of them.',
    remedy: 'Look again without the token.',
  },
} as const;

/**
 * The two Google identities, where the configuration has two: that the one that captures cannot write, that the one that
 * restores can, and that both have just the role they need. Everything is asked without changing anything.
 */
export async function checkIdentities(
  examination: Pick<Examination, 'identities'>,
  organization: string | undefined,
): Promise<readonly Check[]> {
  try {
    const { parted, unproved, capture, restore } = await examination.identities();
    if (unproved !== undefined) {
      const { evidence, remedy } = UNPROVED[unproved];
      return [make.unknown('identities', evidence, remedy)];
    }
    if (!parted) {
      const evidence =
        'No Google identity is configured and nothing was proved: whatever token is given reads and writes; identity.google.capture and identity.google.restore would part them.';
      return [make.ok('identities', evidence)];
    }
    return [
      ...(await checkCapture(capture, organization)),
      ...(await checkRestore(restore, organization)),
      ...(await checkApart(capture, restore)),
    ];
  } catch (error) {
    return [make.failed('identities', error)];
  }
}

const NO_ORGANIZATION = 'Not looked at: no organization was named.';
const NOT_CONFIGURED = 'Not looked at: it is not configured here.';

async function checkCapture(
  capture: IdentityExamination | undefined,
  organization: string | undefined,
): Promise<readonly Check[]> {
  if (capture === undefined || organization === undefined) {
    const why = capture === undefined ? NOT_CONFIGURED : NO_ORGANIZATION;
    return ['capture-cannot-write', 'capture-role'].map((id) => make.unknown(id, why));
  }
  return [await captureProbe(capture, organization), await captureRole(capture, organization)];
}

async function captureProbe(capture: IdentityExamination, organization: string): Promise<Check> {
  const id = 'capture-cannot-write';
  try {
    const answer = await capture.tryWrite(organization);
    if (answer === 'refused')
      return make.ok(id, `${capture.who} may not write: the service refused to delete what is not there (403).`);
    return make.finding(
      id,
      `${capture.who} may write: the service would have deleted an API product, had there been one of that name.`,
      `Take its roles away and grant it ${grant('capture')}.`,
    );
  } catch (error) {
    return notTold(id, error);
  }
}

async function captureRole(capture: IdentityExamination, organization: string): Promise<Check> {
  const id = 'capture-role';
  const reads = googleRole('capture').permissions;
  const writes = writePermissions();
  try {
    const owned = new Set(await capture.ownPermissions(organization, [...reads, ...writes]));
    const tooMany = writes.filter((permission) => owned.has(permission));
    const missing = reads.filter((permission) => !owned.has(permission));
    if (tooMany.length > 0) {
      return make.finding(
        id,
        `${capture.who} has ${tooMany.length} permissions that write: ${some(tooMany)}.`,
        `Take its other roles away and grant it ${grant('capture')}.`,
      );
    }
    if (missing.length > 0) {
      return make.finding(
        id,
        `${capture.who} lacks ${missing.length} of the ${reads.length} permissions that a backup takes: ${some(missing)}.`,
        `Grant it ${grant('capture')}.`,
      );
    }
    return make.ok(id, `${capture.who} has the ${reads.length} permissions that a backup takes, and none that writes.`);
  } catch (error) {
    return notTold(id, error);
  }
}

async function checkRestore(
  restore: IdentityExamination | undefined,
  organization: string | undefined,
): Promise<readonly Check[]> {
  const ids = ['restore-can-write', 'restore-role'];
  if (restore === undefined || organization === undefined) {
    const why = restore === undefined ? NOT_CONFIGURED : NO_ORGANIZATION;
    return ids.map((id) => make.unknown(id, why));
  }
  try {
    await restore.signIn();
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code === 'INTERRUPTED' || error.code === 'TERMINATED') throw error;
    // Where backups run this is just as it should be; whoever looks knows where he looks.
    const evidence = `This workload cannot become ${restore.who}: ${error.message}`;
    const remedy =
      'Where only backups run, leave it so. Where restores run, do what the message asks for, and look again.';
    return ids.map((id) => make.unknown(id, evidence, remedy));
  }
  return [await restoreProbe(restore, organization), await restoreRole(restore, organization)];
}

async function restoreProbe(restore: IdentityExamination, organization: string): Promise<Check> {
  const id = 'restore-can-write';
  try {
    const answer = await restore.tryWrite(organization);
    if (answer === 'allowed')
      return make.ok(id, `${restore.who} may write: the service looked for what it should delete (404).`);
    return make.finding(
      id,
      `${restore.who} may not write: the service refused to delete what is not there (403).`,
      `Grant it ${grant('restore')}.`,
    );
  } catch (error) {
    return notTold(id, error);
  }
}

async function restoreRole(restore: IdentityExamination, organization: string): Promise<Check> {
  const id = 'restore-role';
  const { permissions } = googleRole('restore');
  try {
    const owned = new Set(await restore.ownPermissions(organization, permissions));
    const missing = permissions.filter((permission) => !owned.has(permission));
    if (missing.length === 0)
      return make.ok(id, `${restore.who} has the ${permissions.length} permissions that a restore takes.`);
    return make.finding(
      id,
      `${restore.who} lacks ${missing.length} of the ${permissions.length} permissions that a restore takes: ${some(missing)}.`,
      `Grant it ${grant('restore')}.`,
    );
  } catch (error) {
    return notTold(id, error);
  }
}

async function checkApart(
  capture: IdentityExamination | undefined,
  restore: IdentityExamination | undefined,
): Promise<readonly Check[]> {
  const id = 'identities-apart';
  if (capture === undefined || restore === undefined) return [];
  const remedy = 'Give restores a service account of their own: holdfast init identity.';
  // Of a credential file or the application default only the source is known, not whose it is.
  const one = capture.account ?? capture.who;
  if (one === (restore.account ?? restore.who)) {
    const evidence = `${one} both captures and restores: whoever takes backups could also write.`;
    return [make.finding(id, evidence, remedy)];
  }
  if (capture.account === undefined || restore.account === undefined) {
    const unnamed = [capture, restore].filter(({ account }) => account === undefined).map(({ who }) => who);
    const evidence = `Not told: whose account is used is not known of ${unnamed.join(' and ')}, so both may be the same.`;
    return [make.unknown(id, evidence, remedy)];
  }
  return [make.ok(id, 'Captures and restores are made by different accounts.')];
}

function grant(role: RoleName): string {
  return `the role ${googleRole(role).id}, which holdfast init identity --roles prints`;
}

function some(permissions: readonly string[]): string {
  const more = permissions.length - SHOWN;
  return `${permissions.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A probe that got no answer tells nothing, neither good nor bad. */
function notTold(id: string, error: unknown): Check {
  if (!(error instanceof HoldfastError)) return make.failed(id, error);
  if (error.code === 'INTERRUPTED' || error.code === 'TERMINATED') throw error;
  const remedy =
    id.endsWith('-role') && (error.code === 'REMOTE_DENIED' || error.code === 'REMOTE_NOT_FOUND')
      ? 'Enable the Cloud Resource Manager API in the project of the organization: gcloud services enable cloudresourcemanager.googleapis.com.'
      : error.next;
  return make.unknown(id, `Not told: ${error.message}`, remedy);
}
