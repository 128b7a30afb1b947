import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Surroundings } from '../cli/house.ts';
import type { AuditOpened, AuditPrincipal } from '../core/audit/audit-record.ts';

type Environment = Surroundings['environment'];

/** Who runs this and where. What a CI system says in the environment is a claim, and is recorded as one. */
export function describeActor(environment: Environment): Pick<AuditOpened, 'principal' | 'host' | 'process'> {
  return { principal: findWorkload(environment) ?? user(), host: hostname(), process: process.pid };
}

/** Where signed records wait that the vault does not take. */
export function auditSpoolFolder({ environment, cwd }: Pick<Surroundings, 'environment' | 'cwd'>): string {
  const given = environment['HOLDFAST_AUDIT_SPOOL'] || undefined;
  if (given !== undefined) return resolve(cwd, given);
  const state = environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state');
  return join(state, 'holdfast', 'audit-spool');
}

function user(): AuditPrincipal {
  const { username, uid } = userInfo();
  return { type: 'user', name: username, claims: { uid: String(uid) } };
}

interface CiSystem {
  readonly mark: string;
  readonly name: (environment: Environment) => string;
  readonly claims: Readonly<Record<string, string>>;
}

const systems: readonly CiSystem[] = [
  {
    mark: 'GITHUB_ACTIONS',
    name: (environment) => `github:${environment['GITHUB_REPOSITORY'] ?? 'unknown'}`,
    claims: {
      actor: 'GITHUB_ACTOR',
      workflow: 'GITHUB_WORKFLOW_REF',
      run: 'GITHUB_RUN_ID',
      ref: 'GITHUB_REF',
      commit: 'GITHUB_SHA',
      server: 'GITHUB_SERVER_URL',
    },
  },
  {
    mark: 'TF_BUILD',
    name: (environment) => `azure-pipelines:${environment['SYSTEM_TEAMPROJECT'] ?? 'unknown'}`,
    claims: {
      actor: 'BUILD_REQUESTEDFOR',
      pipeline: 'BUILD_DEFINITIONNAME',
      run: 'BUILD_BUILDID',
      ref: 'BUILD_SOURCEBRANCH',
      commit: 'BUILD_SOURCEVERSION',
      server: 'SYSTEM_COLLECTIONURI',
    },
  },
];

function findWorkload(environment: Environment): AuditPrincipal | undefined {
  const system = systems.find(({ mark }) => environment[mark]?.toLowerCase() === 'true');
  if (system === undefined) return undefined;
  const said = Object.entries(system.claims).flatMap(([claim, variable]) => {
    const value = environment[variable];
    return value ? [[claim, value] as const] : [];
  });
  return {
    type: 'workload',
    name: system.name(environment),
    claims: { ...Object.fromEntries(said), user: userInfo().username },
  };
}
