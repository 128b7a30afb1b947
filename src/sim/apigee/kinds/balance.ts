import { invalidArgument } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, documentIn, textFrom, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { type BilledOwner, routesOfOwners } from './billed-owner.ts';

/** Balances of developers and AppGroups: a wallet for each currency, credited once per transaction id. */
export const balanceRoutes: readonly Route[] = routesOfOwners((owner) => [
  {
    id: `${owner.methods}.getBalance`,
    handle: ({ organization, path }) => ok(balanceOf(organization, owner.placeOf(organization, path))),
  },
  { id: `${owner.methods}.balance.credit`, handle: (call) => ok(credit(owner, call)) },
  { id: `${owner.methods}.balance.adjust`, handle: (call) => ok(adjust(owner, call)) },
]);

function balanceOf({ store }: SimulatedOrganization, place: string): Document {
  const wallets = [...store.list('wallet', place)].map((item) => item.read());
  return wallets.length === 0 ? {} : { wallets };
}

function credit(owner: BilledOwner, { organization, path, body }: Call): Document {
  const place = owner.placeOf(organization, path);
  const checked = checkedBody(`Credit${owner.schema}BalanceRequest`, body);
  assertPresent(checked, ['transactionAmount', 'transactionId']);
  const { currency, amount } = moneyIn(documentIn(checked, 'transactionAmount'));
  if (amount <= 0n) throw invalidArgument('transactionAmount must be positive');
  const transaction = textIn(checked, 'transactionId');
  // The same transaction again is the one that was.
  if (!organization.store.has('transaction', place, transaction)) {
    organization.store.put('transaction', place, transaction, {});
    change(organization, place, { currency, amount, isCredit: true });
  }
  return balanceOf(organization, place);
}

/** A positive adjustment is what is taken. */
function adjust(owner: BilledOwner, { organization, path, body }: Call): Document {
  const place = owner.placeOf(organization, path);
  const checked = checkedBody(`Adjust${owner.schema}BalanceRequest`, body);
  assertPresent(checked, ['adjustment']);
  const { currency, amount } = moneyIn(documentIn(checked, 'adjustment'));
  change(organization, place, { currency, amount: -amount, isCredit: false });
  return balanceOf(organization, place);
}

const billionths = 1_000_000_000n;

function moneyIn(money: Document): { readonly currency: string; readonly amount: bigint } {
  const currency = textIn(money, 'currencyCode');
  if (!/^[A-Z]{3}$/.test(currency)) throw invalidArgument(`currencyCode "${currency}" is invalid`);
  return { currency, amount: amountOf(money) };
}

function amountOf(money: Document): bigint {
  return BigInt(textFrom(money['units']) || '0') * billionths + BigInt(textFrom(money['nanos']) || '0');
}

function change(
  organization: SimulatedOrganization,
  place: string,
  { currency, amount, isCredit }: { readonly currency: string; readonly amount: bigint; readonly isCredit: boolean },
): void {
  const wallet = organization.store.find('wallet', place, currency) ?? {};
  const after = amountOf(documentIn(wallet, 'balance')) + amount;
  const balance = {
    currencyCode: currency,
    ...(after / billionths === 0n ? {} : { units: String(after / billionths) }),
    ...(after % billionths === 0n ? {} : { nanos: Number(after % billionths) }),
  };
  const lastCreditTime = isCredit ? organization.now() : wallet['lastCreditTime'];
  organization.store.put('wallet', place, currency, {
    balance,
    ...(lastCreditTime === undefined ? {} : { lastCreditTime }),
  });
}
