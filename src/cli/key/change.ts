import { pointsSignedSince, type SignedPoint } from '../../app/keys/affected-points.ts';
import { changeKeys } from '../../app/keys/change-keys.ts';
import type { KeyKeeper } from '../../app/ports/keys.ts';
import type { AuditFacts } from '../../core/audit/audit-record.ts';
import type { KeyringPlan, KeyringState } from '../../core/keyring-plan.ts';
import type { CommandContext } from '../command.ts';
import { assertCanAsk, confirmByTyping } from '../confirm.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

type Change = OutputDocument<'key-change'>;

const SHORT_ID = 8;
const SHOWN_POINTS = 10;

export interface KeyChangeOrder {
  readonly action: Change['action'];
  readonly plan: (state: KeyringState) => KeyringPlan;
  /** The key file that was made for it. */
  readonly file?: string;
}

/** Before anything is made or read: is there somebody to ask, and is root.key at hand? */
export async function assertCanChange(context: CommandContext, keeper: KeyKeeper): Promise<void> {
  assertCanAsk(context);
  await keeper.assertRoot();
}

/** Shows what it means, asks, puts the next keyring and says what became of it. */
export async function changeAndTell(
  context: CommandContext,
  keeper: KeyKeeper,
  order: KeyChangeOrder,
): Promise<number> {
  const { output } = context;
  let refused: readonly SignedPoint[] = [];
  const { plan, state } = await changeKeys(keeper, {
    plan: order.plan,
    agree: async (draftPlan, before) => {
      refused = await refusedPoints(keeper, draftPlan);
      await confirm(context, before, [...draftPlan.consequences, ...describeRefused(refused)]);
      await context.audit.declare(factsOf(draftPlan));
    },
  });
  context.audit.note({ ...factsOf(plan), keyring: state.number, generation: state.generation });
  const document: Change = {
    schema: 'holdfast/key-change/1',
    action: order.action,
    vaultId: state.vault,
    keyring: state.number,
    generation: state.generation,
    added: plan.draft.add.map(({ role, recipient }) => {
      const signer = state.recipients.find((one) => one.recipient === recipient)?.signer;
      return { role, recipient, ...(signer !== undefined && { signer }) };
    }),
    removed: plan.draft.remove,
    revoked: plan.draft.revoke,
    ...(order.file !== undefined && { file: order.file }),
    consequences: plan.consequences,
    refusedPoints: refused,
  };
  await output.document(document, () => [
    `Keyring ${state.number} counts now, with generation ${state.generation} of the class keys.`,
    ...(order.file === undefined
      ? []
      : [`The new key is in ${printable(order.file)}; whoever has the file has the key.`]),
    ...bullets([...plan.consequences, ...describeRefused(refused)], output.width),
  ]);
  return 0;
}

/** What the audit trail is told of a change. */
function factsOf({ draft }: KeyringPlan): AuditFacts {
  return {
    basedOn: draft.basedOn,
    added: draft.add.map(({ role, recipient }) => `${role} ${recipient}`),
    removed: draft.remove,
    revoked: draft.revoke.map(({ fingerprint, from }) => `${fingerprint} from ${from}`),
    newGeneration: draft.newGeneration,
  };
}

async function refusedPoints(keeper: KeyKeeper, { draft }: KeyringPlan): Promise<readonly SignedPoint[]> {
  if (draft.revoke.length === 0) return [];
  const vault = await keeper.openWithRoot();
  const lists = await Promise.all(
    draft.revoke.map(({ fingerprint, from }) => pointsSignedSince(vault, fingerprint, from)),
  );
  return lists.flat();
}

function describeRefused(refused: readonly SignedPoint[]): string[] {
  if (refused.length === 0) return [];
  const shown = refused.slice(0, SHOWN_POINTS).map(({ organization, id, time }) => `${organization} ${id} of ${time}`);
  const more = refused.length > shown.length ? [`and ${refused.length - shown.length} more`] : [];
  return [
    `${formatCounted(refused.length, 'point')} will open only when named by id: ${[...shown, ...more].join(', ')}.`,
  ];
}

async function confirm(
  context: CommandContext,
  { vault }: KeyringState,
  consequences: readonly string[],
): Promise<void> {
  if (context.flags.is('yes')) return;
  context.progress.clear();
  context.stderr.write(`${bullets(consequences, context.output.width).join('\n')}\n\n`);
  const word = vault.slice(0, SHORT_ID);
  await confirmByTyping(context, word, {
    message: `The keys of the vault ${word}… are about to change. Type ${word} to go on.`,
    refused: `That is not ${word}. Nothing was changed.`,
  });
}

function bullets(sentences: readonly string[], width: number): string[] {
  return sentences.flatMap((line) =>
    wrapText(printable(line), width - 2).map((part, index) => `${index === 0 ? '- ' : '  '}${part}`),
  );
}
