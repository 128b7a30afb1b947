import { HoldfastError } from '../../core/errors.ts';
import { googleRole } from '../../core/roles/google-roles.ts';
import type { DesiredAccount, DesiredProvider, DesiredTrust } from '../identity/desired-trust.ts';
import type { GoogleIam, IamBinding, IamProvider } from '../ports/identity.ts';
import { type Check, checksOf } from './check.ts';

const make = checksOf('identity');
/** Who has one of these on a service account may act as it. */
const ACTING_ROLES = new Set([
  'roles/iam.workloadIdentityUser',
  'roles/iam.serviceAccountTokenCreator',
  'roles/iam.serviceAccountUser',
  'roles/iam.serviceAccountKeyAdmin',
  'roles/iam.serviceAccountAdmin',
]);
/** On the project these let one act as every service account of it. */
const ACTING_PROJECT_ROLES = new Set([...ACTING_ROLES, 'roles/owner', 'roles/editor']);
/** Roles that show access control and nothing else: this very check asks for them. */
const HARMLESS_ROLES = new Set([
  'roles/iam.securityReviewer',
  'roles/iam.workloadIdentityPoolViewer',
  'roles/iam.roleViewer',
]);
const TRUST_ROLE = 'roles/iam.workloadIdentityUser';

/** What Google is set up to trust against what the configuration wants, difference by difference. What cannot be read is unknown. */
export async function checkTrust(iam: GoogleIam, trust: DesiredTrust): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const unsaid = new Set(trust.missing);
  for (const provider of trust.providers) checks.push(...(await checkProvider(iam, provider, unsaid)));
  checks.push(...(await checkPools(iam, trust)));
  for (const account of trust.accounts) {
    checks.push(await checkActing(iam, trust.projectId, { account, unsaid }));
    checks.push(await checkRole(iam, account));
  }
  checks.push(...(await checkProject(iam, trust)));
  return checks;
}

async function checkProvider(
  iam: GoogleIam,
  desired: DesiredProvider,
  unsaid: ReadonlySet<string>,
): Promise<readonly Check[]> {
  const id = `provider:${desired.id}`;
  const name = desired.audience.replace('//iam.googleapis.com/', '');
  let found: IamProvider;
  try {
    found = await iam.readProvider(name);
  } catch (error) {
    return [unreadable(id, error, `the provider ${desired.id}`, 'roles/iam.workloadIdentityPoolViewer')];
  }
  const state = found.isActive
    ? make.ok(`${id}:state`, `The provider ${desired.id} is active.`)
    : make.finding(
        `${id}:state`,
        `The provider ${desired.id} is disabled or deleted.`,
        'Enable it: nobody can sign in.',
      );
  const compare = (what: string, seen: string, wanted: string): Check =>
    compared({ id: `${id}:${what}`, what, seen, wanted, unsaid });
  return [
    state,
    compare('issuer', found.issuer ?? 'none', desired.issuer),
    compare('audiences', listed(found.allowedAudiences), listed(desired.allowedAudiences)),
    compare('mapping', mapped(found.mapping), mapped(desired.mapping)),
    found.condition === undefined
      ? make.finding(
          `${id}:condition`,
          'The provider has no condition: whoever its issuer knows can sign in.',
          `Set the attribute condition to: ${desired.condition}`,
        )
      : compare('condition', found.condition, desired.condition),
  ];
}

interface Comparison {
  readonly id: string;
  readonly what: string;
  readonly seen: string;
  readonly wanted: string;
  readonly unsaid: ReadonlySet<string>;
}

function compared({ id, what, seen, wanted, unsaid }: Comparison): Check {
  const lacking = [...unsaid].filter((name) => wanted.includes(name));
  if (lacking.length > 0) {
    const evidence = `The ${what} is ${seen}; the configuration does not say what it should be (${lacking.join(', ')}).`;
    return make.unknown(id, evidence, 'Complete identity.google and identity.trust in holdfast.yaml.');
  }
  if (squeezed(seen) === squeezed(wanted)) return make.ok(id, `The ${what} is ${seen}.`);
  return make.finding(
    id,
    `The ${what} is ${seen}, and should be ${wanted}.`,
    `Set it to ${wanted}, or correct the configuration.`,
  );
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('"', "'").trim();
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? 'its own name' : texts.toSorted().join(', ');
}

function mapped(mapping: { readonly [target: string]: string }): string {
  const entries = Object.entries(mapping).map(([target, expression]) => `${target}=${expression}`);
  return entries.toSorted().join(', ');
}

async function checkActing(
  iam: GoogleIam,
  projectId: string,
  { account, unsaid }: { readonly account: DesiredAccount; readonly unsaid: ReadonlySet<string> },
): Promise<Check> {
  const { email, principal, purpose } = account;
  const id = `account:${purpose}`;
  let bindings: readonly IamBinding[];
  try {
    bindings = await iam.readAccountBindings(projectId, email);
  } catch (error) {
    return unreadable(id, error, `who may act as ${email}`, 'roles/iam.securityReviewer');
  }
  const acting = bindings.filter(({ role }) => ACTING_ROLES.has(role));
  const members = acting.flatMap(({ role, members: all }) => all.map((member) => ({ role, member })));
  if ([...unsaid].some((name) => principal.includes(name))) {
    const seen = members.map(({ member }) => member).join(', ') || 'nobody';
    return make.unknown(
      id,
      `${seen} may act as ${email}; the configuration does not say who should.`,
      'Complete identity.trust in holdfast.yaml.',
    );
  }
  const others = members.filter(({ role, member }) => role !== TRUST_ROLE || member !== principal);
  if (others.length > 0) {
    const named = others.map(({ role, member }) => `${member} (${role})`).join(', ');
    return make.finding(
      id,
      `Others may act as ${email} too: ${named}.`,
      'Remove these bindings from the service account.',
    );
  }
  if (members.length === 0) {
    return make.finding(
      id,
      `Nobody from outside may act as ${email}.`,
      `Grant it: gcloud iam service-accounts add-iam-policy-binding ${email} --role ${TRUST_ROLE} --member '${principal}'.`,
    );
  }
  return make.ok(id, `By the bindings of the service account itself, only ${principal} may act as ${email}.`);
}

async function checkRole(iam: GoogleIam, { role, purpose }: DesiredAccount): Promise<Check> {
  const id = `role:${purpose}`;
  try {
    const found = new Set(await iam.readRole(role));
    const wanted = googleRole(purpose).permissions;
    const missing = wanted.filter((permission) => !found.has(permission));
    const extra = [...found].filter((permission) => !wanted.includes(permission));
    if (missing.length === 0 && extra.length === 0)
      return make.ok(id, `The role ${role} has the ${wanted.length} permissions that it needs, and no other.`);
    const parts = [
      ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
      ...(extra.length === 0 ? [] : [`has ${extra.join(', ')} beside what it needs`]),
    ];
    return make.finding(
      id,
      `The role ${role} ${parts.join(' and ')}.`,
      'Update it: holdfast init identity --roles --out FOLDER, then gcloud iam roles update --file.',
    );
  } catch (error) {
    return unreadable(id, error, `the role ${role}`, 'roles/iam.roleViewer');
  }
}

async function checkProject(iam: GoogleIam, { projectId, accounts }: DesiredTrust): Promise<readonly Check[]> {
  let bindings: readonly IamBinding[];
  try {
    bindings = await iam.readProjectBindings(projectId);
  } catch (error) {
    return [unreadable('project-roles', error, `the roles in the project ${projectId}`, 'roles/iam.securityReviewer')];
  }
  const ofAccounts = accounts.map(({ purpose, email, role }) => {
    const id = `project-roles:${purpose}`;
    const own = bindings.filter(({ members }) => members.includes(`serviceAccount:${email}`)).map((one) => one.role);
    const others = own.filter((one) => one !== role && !HARMLESS_ROLES.has(one));
    if (others.length > 0)
      return make.finding(
        id,
        `${email} has other roles than it needs: ${others.join(', ')}.`,
        'Remove these bindings from the project.',
      );
    if (own.length === 0) {
      return make.finding(
        id,
        `${email} does not have the role ${role}.`,
        `Grant it: gcloud projects add-iam-policy-binding ${projectId} --member serviceAccount:${email} --role ${role}.`,
      );
    }
    return make.ok(id, `${email} has the role ${role}, and no other that lets it do anything.`);
  });
  return [...ofAccounts, ...actingByProject(bindings, projectId, accounts)];
}

/** Others that may act as the accounts by a role on the whole project; what the accounts themselves have is looked at one by one. */
function actingByProject(
  bindings: readonly IamBinding[],
  projectId: string,
  accounts: readonly DesiredAccount[],
): readonly Check[] {
  const own = new Set(accounts.map(({ email }) => `serviceAccount:${email}`));
  const rolesOf = new Map<string, string[]>();
  for (const { role, members } of bindings) {
    if (!ACTING_PROJECT_ROLES.has(role)) continue;
    for (const member of members) if (!own.has(member)) rolesOf.set(member, [...(rolesOf.get(member) ?? []), role]);
  }
  if (rolesOf.size === 0) {
    const evidence = `Nobody else has a role on the project ${projectId} itself that is known to let him act as its service accounts; folders and organization above it are not looked at.`;
    return [make.ok('project-acting', evidence)];
  }
  return [...rolesOf].map(([member, roles]) =>
    make.finding(
      `project-acting:${member}`,
      `${member} may act as every service account of the project ${projectId}: ${roles.join(', ')}.`,
      'Remove these bindings from the project, or move the service accounts into a project of their own.',
    ),
  );
}

/** A subject is trusted whichever provider of its pool vouches for it, so a pool has no other providers than those wanted. */
async function checkPools(iam: GoogleIam, trust: DesiredTrust): Promise<readonly Check[]> {
  const wanted = new Set(trust.providers.map(({ audience }) => audience.replace('//iam.googleapis.com/', '')));
  const pools = new Set([...wanted].map((name) => name.slice(0, name.indexOf('/providers/'))));
  const checks: Check[] = [];
  for (const pool of pools) checks.push(...(await checkPool(iam, pool, wanted)));
  return checks;
}

async function checkPool(iam: GoogleIam, pool: string, wanted: ReadonlySet<string>): Promise<readonly Check[]> {
  const id = `pool-providers:${pool.slice(pool.lastIndexOf('/') + 1)}`;
  try {
    const others = (await iam.listProviders(pool)).filter((name) => !wanted.has(name));
    if (others.length === 0) return [make.ok(id, `The pool ${pool} has no other providers.`)];
    return others.map((name) => {
      const short = name.slice(name.lastIndexOf('/') + 1);
      return make.finding(
        `${id}:${short}`,
        `The pool ${pool} has another provider, ${short}: whoever it gives one of the trusted subjects may act as the service accounts.`,
        'Delete this provider, or give it a pool of its own.',
      );
    });
  } catch (error) {
    return [unreadable(id, error, `the providers of the pool ${pool}`, 'roles/iam.workloadIdentityPoolViewer')];
  }
}

function unreadable(id: string, error: unknown, what: string, role: string): Check {
  if (!(error instanceof HoldfastError)) return make.failed(id, error);
  if (error.code === 'INTERRUPTED' || error.code === 'TERMINATED') throw error;
  // Whether it is not there or not shown, only 404 says.
  if (error.code === 'REMOTE_NOT_FOUND')
    return make.finding(id, `There is no such thing: ${error.message}`, 'Make it: holdfast init identity.');
  return make.unknown(
    id,
    `Could not read ${what}: ${error.message}`,
    `Run it as somebody who has ${role}, or grant that to the capture identity for the time.`,
  );
}
