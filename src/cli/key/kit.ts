import { checkKit, type KitCheck } from '../../app/keys/check-kit.ts';
import { UserError } from '../../core/errors.ts';
import { recoveryKitLines } from '../../core/recovery-kit.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { printable } from '../render/printable.ts';
import { formatBytes, formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

type Kit = OutputDocument<'key-kit'>;

const EXIT_PARTIAL = 3;
const EXIT_DAMAGED = 13;

/** `key kit`: the sheet to keep with root.key; `--out` writes both, `--check` proves what a file of them opens. */
export async function recoveryKit(context: CommandContext): Promise<number> {
  const { house, flags, output, clock, progress } = context;
  const [out, check] = [flags.find('out'), flags.find('check')];
  if (out !== undefined && check !== undefined) {
    throw new UserError({
      code: 'USAGE',
      message: '--out writes a kit and --check tries one: one of them at a time.',
      next: 'Write the kit first, then check the file.',
    });
  }
  const keeper = house.keyKeeper();
  const state = await keeper.read();
  const lines = recoveryKitLines(state, await keeper.describePlace());
  const checks =
    check === undefined ? undefined : await checkKit({ vault: await keeper.openWithKit(check), clock, progress });
  progress.clear();
  const document: Kit = {
    schema: 'holdfast/key-kit/1',
    vaultId: state.vault,
    root: state.root,
    lines,
    ...(out !== undefined && { file: await keeper.writeKit(out, lines) }),
    ...(checks !== undefined && { checks }),
  };
  await output.document(document, () => renderKit(document, output));
  return checks === undefined ? 0 : exitOfChecks(checks);
}

/** 0 only when every organization was proved to open: one without a point of all of it proves nothing, whatever else opens. */
export function exitOfChecks(checks: readonly Pick<KitCheck, 'result'>[]): number {
  if (checks.some(({ result }) => result === 'damaged')) return EXIT_DAMAGED;
  return checks.length > 0 && checks.every(({ result }) => result === 'opens') ? 0 : EXIT_PARTIAL;
}

function renderKit({ lines, file, checks }: Kit, { style }: Output): string[] {
  if (file !== undefined) {
    return [
      `The kit, with root.key in it, is in ${printable(file)}.`,
      'Move it offline, in two places, and delete it here. Prove it with `holdfast key kit --check FILE`.',
    ];
  }
  if (checks === undefined) return lines.map(printable);
  if (checks.length === 0) return ['The key is the root of this vault. It holds no organization yet.'];
  return checks.flatMap(({ organization, point, result, objects, bytes, reasons }) => {
    const name = style.bold(printable(organization));
    if (result === 'no point') return [`${name}: there is no point of all of it yet, so nothing was proved.`];
    const size = `${formatCounted(objects, 'object')}, ${formatBytes(bytes)}`;
    return result === 'opens'
      ? [`${name}: root.key alone opens all of ${point}: ${size}.`]
      : [`${name}: not all of ${point} opens:`, ...reasons.map((reason) => `  ${style.red(printable(reason))}`)];
  });
}
