import type { Command } from './command.ts';

export interface Registered {
  readonly name: string;
  readonly summary: string;
  /** Loads the verb's module; the help of all verbs needs none of them. */
  readonly load: () => Promise<Command>;
}

/** Every verb there is, in the order of the help. */
export const registry: readonly Registered[] = [
  {
    name: 'init',
    summary: 'make keys and an empty vault',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'doctor',
    summary: 'check all that backups and restores stand on',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'backup',
    summary: 'capture the organization as a recovery point',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'points',
    summary: 'list the recovery points',
    load: async () => (await import('./commands/points.ts')).points,
  },
  {
    name: 'show',
    summary: 'show a point with its ledger of completeness',
    load: async () => (await import('./commands/show.ts')).show,
  },
  { name: 'ls', summary: 'list resources of a point', load: async () => (await import('./commands/ls.ts')).ls },
  { name: 'cat', summary: 'print one resource of a point', load: async () => (await import('./commands/cat.ts')).cat },
  {
    name: 'find',
    summary: 'search the resources of a point by their fields or files',
    load: async () => (await import('./commands/find.ts')).find,
  },
  {
    name: 'export',
    summary: 'write the resources of a point into a folder',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'diff',
    summary: 'compare two points, or a point with the live organization',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'drift',
    summary: 'what changed in the live organization since a point',
    load: async () => (await import('./commands/drift.ts')).drift,
  },
  {
    name: 'plan',
    summary: 'decide a restore as API calls, without sending any',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  { name: 'apply', summary: 'carry out a plan', load: async () => (await import('./commands/apply.ts')).apply },
  {
    name: 'restore',
    summary: 'plan and apply in one',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'verify',
    summary: 'check that points are whole and genuine',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'prune',
    summary: 'show which points stay and why; mark and sweep the others',
    load: async () => (await import('./commands/prune.ts')).prune,
  },
  {
    name: 'hold',
    summary: 'keep points from being pruned',
    load: async () => (await import('./commands/hold.ts')).hold,
  },
  {
    name: 'posture',
    summary: 'measure what protects the vault in Azure, and what became weaker',
    load: async () => (await import('./commands/posture.ts')).posture,
  },
  {
    name: 'drill',
    summary: 'restore from Azure Backup into another account, and prove what comes back',
    load: async () => (await import('./commands/drill.ts')).drill,
  },
  {
    name: 'vault',
    summary: 'try out the place of a vault: what it guarantees, and what not',
    load: async () => (await import('./commands/vault.ts')).vault,
  },
  {
    name: 'protect',
    summary: 'have Azure Backup protect the vault',
    load: async () => (await import('./commands/protect.ts')).protect,
  },
  {
    name: 'key',
    summary: 'who has keys of the vault: list, add, remove, rotate, revoke, recovery kit',
    load: async () => (await import('./commands/key.ts')).key,
  },
  {
    name: 'audit',
    summary: 'show, check and export the trail of every action',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'secrets',
    summary: 'how old each secret is, and which are overdue',
    load: async () => (await import('./commands/secrets.ts')).secrets,
  },
  {
    name: 'config',
    summary: 'show each setting as it counts and where it comes from',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: 'sim',
    summary: 'run a simulated Apigee organization',
    load: async () => (await import('./commands/sim.ts')).sim,
  },
  {
    name: 'demo',
    summary: 'watch a backup, a wreck and a restore on a simulated organization',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
];
