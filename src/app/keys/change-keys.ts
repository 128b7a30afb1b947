import { HoldfastError } from '../../core/errors.ts';
import type { KeyringDraft, KeyringPlan, KeyringState } from '../../core/keyring-plan.ts';
import type { KeyKeeper } from '../ports/keys.ts';

export interface KeyChangeSteps {
  /** Decides on the keyring that there is. */
  readonly plan: (state: KeyringState) => KeyringPlan;
  /** Shows what it means and asks; throws when the answer is no. */
  readonly agree: (plan: KeyringPlan, state: KeyringState) => Promise<void>;
}

const MOST_ATTEMPTS = 5;

/**
 * Decides, asks, and puts the next keyring. Where somebody else's change came first, what only adds is decided again and
 * put after it; what takes something away is refused with UserError `KEYRING_STALE`: it was agreed to about another keyring.
 */
export async function changeKeys(
  keeper: Pick<KeyKeeper, 'read' | 'change'>,
  steps: KeyChangeSteps,
): Promise<{ readonly plan: KeyringPlan; readonly state: KeyringState }> {
  const first = await keeper.read();
  let plan = steps.plan(first);
  await steps.agree(plan, first);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { plan, state: await keeper.change(plan.draft) };
    } catch (error) {
      const isStale = error instanceof HoldfastError && error.code === 'KEYRING_STALE';
      if (!isStale || !onlyAdds(plan.draft) || attempt === MOST_ATTEMPTS) throw error;
      plan = steps.plan(await keeper.read());
    }
  }
}

function onlyAdds({ remove, revoke, newGeneration }: KeyringDraft): boolean {
  return remove.length === 0 && revoke.length === 0 && !newGeneration;
}
