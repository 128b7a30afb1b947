import type { CallDraft } from '../call.ts';
import { arrayField, isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { compareIds, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, Reference, WriteContext, Writes } from './kind.ts';
import { objectField, wholeNumber } from './monetization-owner.ts';
import type { MonetizationOwner } from './monetization-owner.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

const BILLIONTHS = 1_000_000_000n;

/** What is in the wallets, by currency, in billionths of its unit; empty wallets left out. */
function walletsOf(body: JsonObject): ReadonlyMap<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (const wallet of arrayField(body, 'wallets').filter(isJsonObject)) {
    const money = objectField(wallet, 'balance');
    const currency = stringField(money, 'currencyCode') ?? '';
    const amount = wholeNumber(money['units']) * BILLIONTHS + wholeNumber(money['nanos']);
    amounts.set(currency, (amounts.get(currency) ?? 0n) + amount);
  }
  const filled = [...amounts].filter(([, amount]) => amount !== 0n);
  return new Map(filled.sort(([a], [b]) => compareIds(a, b)));
}

function moneyOf(currencyCode: string, amount: bigint): JsonObject {
  return {
    currencyCode,
    units: String(amount / BILLIONTHS),
    nanos: Number(amount % BILLIONTHS),
  };
}

/** `25.5 EUR`. */
function said(currency: string, amount: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % BILLIONTHS)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${size / BILLIONTHS}${fraction === '' ? '' : `.${fraction}`} ${currency}`;
}

/** Amounts as they are, however they are written: without fields that are 0, and without empty wallets. */
function withPlainAmounts(canonical: JsonObject, body: JsonObject): JsonObject {
  const { wallets: _, ...rest } = canonical;
  const wallets = [...walletsOf(body)].map(([currency, amount]): JsonValue => ({ balance: moneyOf(currency, amount) }));
  return wallets.length === 0 ? rest : { ...rest, wallets };
}

/**
 * Credits what is missing in each wallet. Sent again, the same call of the same plan credits nothing: the service knows it by
 * its transaction id, which is told by the plan alone. More than the point has stays.
 */
function refill(desired: Desired, live: JsonObject, { plannedAtMs }: WriteContext): Writes {
  const [wanted, found] = [walletsOf(desired.body), walletsOf(live)];
  const currencies = [...new Set([...wanted.keys(), ...found.keys()])].sort(compareIds);
  const calls: CallDraft[] = [];
  const cannot: CannotRestore[] = [];
  for (const currency of currencies) {
    const [target, now] = [wanted.get(currency) ?? 0n, found.get(currency) ?? 0n];
    if (target > now) calls.push(credit(desired.id, { currency, now, missing: target - now, plannedAtMs }));
    else if (target < now) {
      const why = `It is ${said(currency, now)}, and was ${said(currency, target)}: a restore never lowers a balance.`;
      const next = `If it has to be lowered, adjust it by hand (balance:adjust with ${said(currency, now - target)}).`;
      cannot.push({ id: desired.id, code: 'NOT_SETTABLE', why, next });
    }
  }
  return { calls, cannot };
}

interface Credit {
  readonly currency: string;
  readonly now: bigint;
  readonly missing: bigint;
  readonly plannedAtMs: number;
}

function credit(id: ResourceId, { currency, now, missing, plannedAtMs }: Credit): CallDraft {
  return {
    step: `credit-${currency}`,
    action: 'update',
    phase: 'activate',
    method: 'POST',
    path: [`${apiPath(id)}:credit`],
    body: jsonBody({
      transactionAmount: moneyOf(currency, missing),
      transactionId: `holdfast/${plannedAtMs}/${id}/${currency}`,
    }),
    reason: `${said(currency, missing)} are missing of ${said(currency, now + missing)}`,
    lookup: { type: 'repeat' },
    // Wallets do not depend on one another.
    requires: [],
    risk: `Credits ${said(currency, missing)}: it is money.`,
  };
}

function remove(live: Live, context: WriteContext): Writes {
  if (isRemovedAbove(live.id, context)) return { calls: [] };
  const held = [...walletsOf(live.body)].map(([currency, amount]) => said(currency, amount)).join(', ');
  const why = `The point has no balance here, live it is ${held}: a restore never lowers a balance.`;
  const next = 'If it has to be lowered, adjust it by hand (balance:adjust).';
  return { calls: [], cannot: [{ id: live.id, code: 'NO_WRITE', why, next }] };
}

function needs({ id }: Desired): Reference[] {
  const owner = id.slice(0, id.lastIndexOf('/'));
  return [{ id: joinId(owner, 'monetizationConfig'), why: 'how it is billed', ifMissing: 'idle' }];
}

/** What a developer or an AppGroup has paid in advance, a wallet for each currency (`developers/x/balance`). */
export function balanceKind(owner: MonetizationOwner): Kind {
  return {
    name: owner.balance,
    title: { one: `${owner.title} balance`, many: `${owner.title} balances` },
    scope: owner.owner,
    idPattern: `${owner.above}/balance`,
    collection: { style: 'singleton' },
    needsAddon: 'monetizationConfig',
    content: 'json',
    canonicalVersion: 1,
    preset: 'consumers',
    isVacant: (body) => walletsOf(body).size === 0,
    vacancy: { wallets: 'array' },
    idOf: (_body, parent) => joinId(parent, 'balance'),
    path: (id) => apiPath(id),
    serverAssigned: ['wallets[].lastCreditTime'],
    sets: [{ path: 'wallets' }],
    defaults: {},
    secrets: [],
    tolerant: [],
    refine: withPlainAmounts,
    cascadesWithParent: true,
    extraIsDifference: true,
    needs,
    create: (desired, context) => refill(desired, {}, context),
    update: (desired, live, context) => refill(desired, live.body, context),
    remove,
    listShape: 'P5',
    restore: 'opt-in',
    limits: [
      'It is money: credited only when named, only what is missing, and each credit of a plan once, however often it is sent.',
      'Never lowered: where there is more than the point has, the plan says so and how much would have to be taken.',
      'It changes with every call that is paid for; without being named it stands in plans as not restored.',
    ],
  };
}
