import { createHash } from 'node:crypto';
import { z } from 'zod';
import { formatInstant } from '../platform/clock.ts';
import { IntegrityError } from '../core/errors.ts';
import { damaged } from './damage.ts';
import type { SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';
import { VAULT_FILE } from './vault-file.ts';

/** A span of one organization's points that rests on itself alone. */
export interface Epoch {
  /** Six digits. */
  readonly id: string;
  /** `orgs/<org>/epochs/<e>/` */
  readonly prefix: string;
  readonly openedAt: string;
  readonly hash: string;
}

const JITTER_DAYS = 28;
const DAY_MS = 86_400_000;
const EPOCH = /^\d{6}$/;
const headerSchema = z.looseObject({ epoch: z.string(), opened: z.string() });

/** `orgs/<org>/`, with the name percent-encoded. */
export function organizationPrefix(organization: string): string {
  const encoded = encodeURIComponent(organization).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `orgs/${encoded}/`;
}

/** Prefixes of all epochs, oldest first. */
export async function listEpochPrefixes(context: VaultContext, organization: string): Promise<readonly string[]> {
  const folder = `${organizationPrefix(organization)}epochs/`;
  const prefixes: string[] = [];
  for await (const prefix of context.store.listFolders(folder)) {
    if (EPOCH.test(prefix.slice(folder.length, -1))) prefixes.push(prefix);
  }
  return prefixes.sort();
}

/** The newest epoch there is, and whether it can be continued. */
export interface NewestEpoch {
  /** 0 when there is none. */
  readonly number: number;
  /** Undefined when there is none, or when its document is damaged or of a signer revoked before: nothing is added to it. */
  readonly epoch: Epoch | undefined;
}

/** Finds the newest epoch. */
export async function findNewestEpoch(context: VaultContext, organization: string): Promise<NewestEpoch> {
  const prefix = (await listEpochPrefixes(context, organization)).at(-1);
  if (prefix === undefined) return { number: 0, epoch: undefined };
  const number = Number(prefix.slice(0, -1).slice(prefix.lastIndexOf('/', prefix.length - 2) + 1));
  try {
    return { number, epoch: await readEpoch(context, prefix) };
  } catch (error) {
    // Else one bad blob, or whoever had stolen a key, could stop all backups for good.
    if (error instanceof IntegrityError) return { number, epoch: undefined };
    throw error;
  }
}

/** Opens the epoch after the newest one. Who comes second uses what is there. */
export async function openEpoch(
  context: VaultContext,
  request: {
    readonly organization: string;
    readonly at: string;
    readonly newest: NewestEpoch;
    readonly signer: 'writer' | 'restorer';
  },
): Promise<Epoch> {
  const { organization, at, newest, signer } = request;
  const previous = newest.epoch;
  const id = String(newest.number + 1).padStart(6, '0');
  const prefix = `${organizationPrefix(organization)}epochs/${id}/`;
  const bytes = await context.encode({
    type: 'epoch',
    name: `${prefix}epoch`,
    header: {
      epoch: id,
      opened: at,
      nonce: Buffer.from(context.random.bytes(16)).toString('hex'),
      previous: previous === undefined ? null : { name: `${previous.prefix}epoch`, hash: previous.hash },
    },
    signer,
  });
  const put = await context.store.put(`${prefix}epoch`, bytes);
  await context.store.put(`${prefix}${VAULT_FILE}`, await context.store.get(VAULT_FILE));
  await context.store.put(`${prefix}keyring-${context.keyring.number}`, context.keyring.bytes);
  return put === 'exists'
    ? readEpoch(context, prefix)
    : epochOf(prefix, context.check(bytes, { type: 'epoch', name: `${prefix}epoch` }, openedAt));
}

/** An epoch by its prefix. */
async function readEpoch(context: VaultContext, prefix: string): Promise<Epoch> {
  const name = `${prefix}epoch`;
  return epochOf(prefix, context.check(await context.store.get(name), { type: 'epoch', name }, openedAt));
}

// Opening an epoch proves nothing that a revoked signer could abuse, so its own word for the time is enough.
const openedAt = {
  attested: undefined,
  signed: ({ opened }: { readonly [field: string]: unknown }) => (typeof opened === 'string' ? opened : ''),
};

function epochOf(prefix: string, document: SignedDocument): Epoch {
  const parsed = headerSchema.safeParse(document.header);
  if (!parsed.success) throw damaged(document.name, 'its header is not that of an epoch', parsed.error);
  return { id: parsed.data.epoch, prefix, openedAt: parsed.data.opened, hash: document.hash };
}

/** Whether a capture at `now` is to open the next epoch: another month than `openedAt`, on this organization's own day. */
export function isEpochDue(openedAtInstant: string, now: string, vaultAndOrganization: string): boolean {
  const jitterDays = jitterDaysOf(vaultAndOrganization);
  return monthOf(openedAtInstant, jitterDays) !== monthOf(now, jitterDays);
}

/** The first instant at which `isEpochDue` holds for an epoch opened then. */
export function epochEndsAt(openedAtInstant: string, vaultAndOrganization: string): string {
  const jitterMs = jitterDaysOf(vaultAndOrganization) * DAY_MS;
  const opened = formatInstant(Date.parse(openedAtInstant) - jitterMs);
  const [year = 0, month = 0] = opened.split('-').map(Number);
  // Months count from 0 here, so that this is the first of the next one.
  return formatInstant(Date.UTC(year, month, 1) + jitterMs);
}

function jitterDaysOf(vaultAndOrganization: string): number {
  return (createHash('sha256').update(vaultAndOrganization).digest()[0] ?? 0) % JITTER_DAYS;
}

function monthOf(instant: string, earlierDays: number): string {
  return formatInstant(Date.parse(instant) - earlierDays * DAY_MS).slice(0, 'YYYY-MM'.length);
}
