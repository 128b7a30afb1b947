import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EpochPeriod } from '../core/epoch-period.ts';
import { formatInstant } from '../platform/clock.ts';
import { IntegrityError } from '../core/errors.ts';
import { damaged } from './damage.ts';
import { instant } from './scalar-schemas.ts';
import type { SignedDocument } from './signed-document.ts';
import { findWhole } from './torn-put.ts';
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

const DAY_MS = 86_400_000;
const EPOCH = /^\d{6}$/;
const LAST_EPOCH = 999_999;
const headerSchema = z.looseObject({ epoch: z.string(), opened: instant });

/** `orgs/<org>/`, with the name percent-encoded. */
export function organizationPrefix(organization: string): string {
  const encoded = encodeURIComponent(organization).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `orgs/${encoded}/`;
}

/** The organization whose prefix it is; undefined for a folder that no organization has: anybody may have put one there. */
export function findOrganization(prefix: string): string | undefined {
  try {
    const name = decodeURIComponent(prefix.slice('orgs/'.length, -1));
    return organizationPrefix(name) === prefix ? name : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
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
  if (newest.number >= LAST_EPOCH) throw noEpochLeft(organization);
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
  await putCopy(context, `${prefix}${VAULT_FILE}`, await context.store.get(VAULT_FILE));
  await putCopy(context, `${prefix}keyring-${context.keyring.number}`, context.keyring.bytes);
  return put === 'exists'
    ? readEpoch(context, prefix)
    : epochOf(prefix, context.check(bytes, { type: 'epoch', name: `${prefix}epoch` }, openedAt));
}

/** Who opened the epoch at the same time put the same bytes. */
async function putCopy({ store }: VaultContext, name: string, bytes: Uint8Array): Promise<void> {
  if ((await store.put(name, bytes)) === 'exists' && !(await findWhole(store, name, bytes)))
    throw damaged(name, 'it is no copy of what stands above');
}

function noEpochLeft(organization: string): IntegrityError {
  const name = `${organizationPrefix(organization)}epochs/${LAST_EPOCH}`;
  return new IntegrityError({
    code: 'VAULT_DAMAGED',
    message: `No epoch can follow ${name}, which nobody opened who counted.`,
    damaged: name,
    next: 'Find out who could write to the vault, and delete what is below that name.',
  });
}

/** When an epoch was opened, as it says itself; undefined when its document cannot be trusted. */
export async function readEpochOpening(context: VaultContext, prefix: string): Promise<string | undefined> {
  try {
    return (await readEpoch(context, prefix)).openedAt;
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
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

/** Whether a capture at `now` is to open the next epoch: another period than `openedAt`, on this organization's own day. */
export function isEpochDue(
  openedAtInstant: string,
  now: string,
  of: { readonly vaultAndOrganization: string; readonly period: EpochPeriod },
): boolean {
  const { index } = periods[of.period];
  const jitterMs = jitterMsOf(of);
  return index(Date.parse(openedAtInstant) - jitterMs) !== index(Date.parse(now) - jitterMs);
}

/** The first instant at which `isEpochDue` holds for an epoch opened then. */
export function epochEndsAt(
  openedAtInstant: string,
  of: { readonly vaultAndOrganization: string; readonly period: EpochPeriod },
): string {
  const { index, startOf } = periods[of.period];
  const jitterMs = jitterMsOf(of);
  return formatInstant(startOf(index(Date.parse(openedAtInstant) - jitterMs) + 1) + jitterMs);
}

interface Period {
  /** The number of the period that an instant lies in. */
  readonly index: (epochMs: number) => number;
  /** When the period of a number begins. */
  readonly startOf: (index: number) => number;
  readonly jitterDays: number;
}

const WEEK_MS = 7 * DAY_MS;
const FIRST_YEAR = 1970;
/** 1 January 1970 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY_MS = -3 * DAY_MS;

function monthsPeriod(months: number): Period {
  return {
    index: (epochMs) => {
      const [year = 0, month = 0] = formatInstant(epochMs).split('-').map(Number);
      return Math.floor(((year - FIRST_YEAR) * 12 + month - 1) / months);
    },
    startOf: (index) => Date.UTC(FIRST_YEAR, index * months, 1),
    jitterDays: 28,
  };
}

const periods: Readonly<Record<EpochPeriod, Period>> = {
  week: {
    index: (epochMs) => Math.floor((epochMs - FIRST_MONDAY_MS) / WEEK_MS),
    startOf: (index) => FIRST_MONDAY_MS + index * WEEK_MS,
    jitterDays: 7,
  },
  month: monthsPeriod(1),
  quarter: monthsPeriod(3),
};

function jitterMsOf(of: { readonly vaultAndOrganization: string; readonly period: EpochPeriod }): number {
  const first = createHash('sha256').update(of.vaultAndOrganization).digest()[0] ?? 0;
  return (first % periods[of.period].jitterDays) * DAY_MS;
}
