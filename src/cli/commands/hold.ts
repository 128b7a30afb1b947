import { addHold, findHold, removeHold } from '../../app/hold.ts';
import { assertOrganizationIsThere, resolveOrganization } from '../../app/points.ts';
import type { Vault } from '../../app/ports/vault.ts';
import type { Hold } from '../../app/ports/retention.ts';
import { isActive } from '../../app/prune/judge-points.ts';
import { UserError } from '../../core/errors.ts';
import { findInstant, formatInstant } from '../../platform/clock.ts';
import type { Command, CommandContext } from '../command.ts';
import { assertCanAsk, confirmOrganization } from '../confirm.ts';
import { verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_DAMAGED = 13;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Document = OutputDocument<'hold'>;

export const hold: Command = {
  arguments: [
    { name: 'ACTION', summary: 'add, remove or list', choices: ['add', 'remove', 'list'] },
    { name: 'WHAT', summary: 'points to hold, or the hold to remove', optional: true, many: true },
  ],
  options: [verbOptions.owner, verbOptions.holdUntil, verbOptions.yes],
  audit: {
    effect: 'changes',
    whenArgument: { name: 'ACTION', words: ['add', 'remove'] },
    signers: ['verifier', 'pruner'],
  },
  details: [
    'A held point is never pruned, and neither is anything it needs. `add` takes points, an owner, a reason and, with',
    '--until, the day after which it no longer counts; it is signed with verifier.key or pruner.key. `remove` takes the id',
    'of a hold, needs verifier.key, so that who may delete cannot lift holds, and asks you to type the name of the',
    'organization, unless --yes. A hold is a signed record in the vault, not a lock of the store.',
  ],
  examples: [
    'holdfast hold add latest --owner legal --reason "case 4711" --until 2027-12-31',
    'holdfast hold list',
    'holdfast hold remove h0123 --owner legal --reason "case closed"',
  ],
  async run(context) {
    const { house, flags, output, argument } = context;
    const action = argument('ACTION');
    if (action !== 'add' && action !== 'remove' && action !== 'list') throw unknownAction(action);
    const what = context.listArgument('WHAT');
    assertFits(action, what);
    const statement = action === 'list' ? undefined : readStatement(context);
    const until = readUntil(context, action);
    if (action === 'remove') assertCanAsk(context);
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const shown = await act(context, { action, vault, organization, what, statement, until });
    if (action !== 'list')
      context.audit.note({ organization, hold: shown.holds[0]?.id ?? '', points: shown.holds[0]?.points ?? [] });
    const document = describeHolds({ action, organization, ...shown, nowMs: context.clock.epochMs() });
    await output.document(document, () => renderHolds(document, output));
    return document.untrusted.length > 0 ? EXIT_DAMAGED : 0;
  },
};

interface Request {
  readonly action: Document['action'];
  readonly vault: Vault;
  readonly organization: string;
  readonly what: readonly string[];
  readonly statement: { readonly owner: string; readonly reason: string } | undefined;
  readonly until: string | undefined;
}

async function act(
  context: CommandContext,
  request: Request,
): Promise<Awaited<ReturnType<Vault['holds']['listHolds']>>> {
  const { action, vault, organization, what, statement, until } = request;
  if (action === 'list' || statement === undefined) {
    const listed = await vault.holds.listHolds(organization);
    if (listed.holds.length + listed.untrusted.length === 0) await assertOrganizationIsThere(vault, organization);
    return listed;
  }
  if (action === 'add') {
    const added = await addHold(
      { vault, clock: context.clock },
      { organization, references: what, until, ...statement },
    );
    return { holds: [added], untrusted: [] };
  }
  const found = await findHold(vault, organization, what[0] ?? '');
  const points = `${found.points.length === 1 ? 'The point' : 'The points'} ${found.points.join(', ')} may be pruned then.`;
  await confirmOrganization(context, organization, `The hold of ${found.owner} is lifted. ${points}`);
  const removed = await removeHold({ vault, clock: context.clock }, { organization, hold: found.id, ...statement });
  return { holds: [removed], untrusted: [] };
}

function unknownAction(action: string): UserError {
  return new UserError({
    code: 'USAGE',
    message: `\`holdfast hold\` cannot "${action}".`,
    next: 'Use `holdfast hold add`, `holdfast hold remove` or `holdfast hold list`.',
  });
}

function assertFits(action: Document['action'], what: readonly string[]): void {
  const problem =
    action === 'list' && what.length > 0
      ? 'Listing takes no names.'
      : action === 'add' && what.length === 0
        ? 'No point was named that is to be held.'
        : action === 'remove' && what.length !== 1
          ? 'Exactly one hold is removed at a time.'
          : undefined;
  if (problem === undefined) return;
  throw new UserError({ code: 'USAGE', message: problem, next: 'See `holdfast hold --help`.' });
}

function readStatement({ flags }: CommandContext): { readonly owner: string; readonly reason: string } {
  const [owner, reason] = [flags.find('owner')?.trim() ?? '', flags.find('reason')?.trim() ?? ''];
  if (owner !== '' && reason !== '') return { owner, reason };
  throw new UserError({
    code: 'USAGE',
    message: `A hold is laid and lifted by somebody, for a reason: --${owner === '' ? 'owner' : 'reason'} is missing.`,
    next: 'Give --owner NAME and --reason TEXT; both are shown wherever the hold counts.',
  });
}

/** A day means its end, in UTC. */
function readUntil({ flags, clock }: CommandContext, action: Document['action']): string | undefined {
  const text = flags.find('until');
  if (text === undefined) return undefined;
  const untilMs = findInstant(DAY.test(text) ? `${text}T23:59:59.999Z` : text);
  const problem =
    action !== 'add'
      ? '--until belongs to `hold add`.'
      : untilMs === undefined
        ? `--until is "${text}", which is neither a day such as 2027-12-31 nor an instant with its offset.`
        : untilMs <= clock.epochMs()
          ? `--until is ${text}, which is past: such a hold would hold nothing.`
          : undefined;
  if (problem === undefined && untilMs !== undefined) return formatInstant(untilMs);
  throw new UserError({ code: 'USAGE', message: problem ?? '', next: 'Give a day to come, or leave --until out.' });
}

function describeHolds(of: {
  readonly action: Document['action'];
  readonly organization: string;
  readonly holds: readonly Hold[];
  readonly untrusted: readonly { readonly name: string; readonly why: string }[];
  readonly nowMs: number;
}): Document {
  return {
    schema: 'holdfast/hold/1',
    organization: of.organization,
    action: of.action,
    holds: of.holds.map((one) => {
      const { id, points, owner, reason, until, addedAt, signer, removed } = one;
      return {
        hold: id,
        state: removed !== undefined ? 'removed' : isActive(one, of.nowMs) ? 'active' : 'expired',
        points,
        owner,
        reason,
        ...(until === undefined ? {} : { until }),
        addedAt,
        signer,
        ...(removed === undefined ? {} : { removed }),
      };
    }),
    untrusted: of.untrusted.map(({ name, why }) => ({ name, reason: why })),
  };
}

function renderHolds({ action, organization, holds, untrusted }: Document, { style, width }: Output): string[] {
  const wrap = (text: string, indent: string): string[] =>
    wrapText(printable(text), width - indent.length).map((line) => `${indent}${line}`);
  if (holds.length + untrusted.length === 0) return [`No point of ${printable(organization)} is or was held.`];
  return [
    ...holds.flatMap(({ hold: id, state, points, owner, reason, until, addedAt, removed }) => [
      `${style.bold(id)}  ${state === 'active' ? style.green(state) : style.dim(state)}  ${until === undefined ? 'until it is removed' : `until ${formatTime(until)}`}`,
      ...wrap(`${owner}, ${formatTime(addedAt)}: ${reason}`, '  '),
      ...(removed === undefined
        ? []
        : wrap(`removed by ${removed.owner}, ${formatTime(removed.at)}: ${removed.reason}`, '  ')),
      ...wrap(points.join(', '), '  '),
    ]),
    ...untrusted.flatMap(({ name, reason }) =>
      wrap(`cannot be trusted  ${name}: ${reason}`, '').map((line) => style.red(line)),
    ),
    ...(action === 'add' ? ['', 'These points, and what they need, are not pruned while the hold counts.'] : []),
  ];
}
