import type { Clock, Progress } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import { type Check, checksOf } from './check.ts';
import type { DesiredTrust } from '../identity/desired-trust.ts';
import { checkIdentities } from './check-identities.ts';
import { checkPoints, type PointsQuestion } from './check-points.ts';
import { checkService } from './check-service.ts';
import { checkSetUp, type SetUp } from './check-set-up.ts';
import { checkTrust } from './check-trust.ts';
import { checkVault } from './check-vault.ts';
import type { Examination } from './examination.ts';

export interface DiagnoseDeps {
  readonly examination: Examination;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface DiagnoseRequest extends Pick<PointsQuestion, 'pacing' | 'isEndpointLocal' | 'epochPeriod'> {
  /** The organization that was asked for; else the vault's only one. */
  readonly organization: string | undefined;
  readonly setUp: SetUp;
  /** What Google should be set up to trust; undefined: that is not looked at. */
  readonly trust?: DesiredTrust | undefined;
}

export interface Diagnosis {
  readonly organization: string | undefined;
  readonly checks: readonly Check[];
}

/**
 * Looks at everything a backup and a restore stand on. Whatever is broken is a check of the answer: it throws only when it
 * is interrupted. Nothing is written into the organization or the vault; the state place is left as it was.
 */
export async function diagnose(deps: DiagnoseDeps, request: DiagnoseRequest): Promise<Diagnosis> {
  const { examination, clock, progress } = deps;
  progress.phase('set-up');
  const setUp = await checkSetUp(examination, request.setUp, clock);
  progress.phase('vault and keys');
  const { checks: ofVault, vault } = await checkVault(examination);
  const organization = request.organization ?? (await findOnlyOrganization(vault));
  progress.phase('service');
  const ofService = await checkService({ examination, clock, progress, organization, vault });
  progress.phase('identities');
  const ofIdentities = await checkIdentities(examination, organization);
  const ofTrust = request.trust === undefined ? [] : await lookAtTrust(examination, request.trust);
  progress.phase('points');
  const { pacing, isEndpointLocal, epochPeriod } = request;
  const ofPoints = await checkPoints({ vault, organization, clock, pacing, isEndpointLocal, epochPeriod });
  return { organization, checks: [...setUp, ...ofService, ...ofIdentities, ...ofTrust, ...ofVault, ...ofPoints] };
}

async function lookAtTrust(examination: Examination, trust: DesiredTrust): Promise<readonly Check[]> {
  try {
    return await checkTrust(await examination.openGoogleIam(), trust);
  } catch (error) {
    return [checksOf('identity').failed('trust', error)];
  }
}

/** Undefined where the vault cannot say; whatever is wrong with it is another check's business. */
async function findOnlyOrganization(vault: Vault | undefined): Promise<string | undefined> {
  try {
    const [only, ...others] = (await vault?.organizations()) ?? [];
    return others.length === 0 ? only : undefined;
  } catch {
    return undefined;
  }
}
