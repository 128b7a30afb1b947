import type { AuditStream } from '../app/ports/audit.ts';
import type { Vault } from '../app/ports/vault.ts';
import type { AuditFacts, AuditOpened, AuditResult } from '../core/audit/audit-record.ts';
import { formatAuditHead } from '../core/audit/audit-record.ts';
import { identityFacts } from '../core/audit/audit-identity.ts';
import { type AuditDeclaration, auditSigners } from './audit-declaration.ts';
import type { SignIn } from './house.ts';
import { describeError } from './render/error.ts';
import { formatCounted } from './render/quantity.ts';

/** Where a verb says more for the audit trail than its declaration does. A verb without a declaration says it to nobody. */
export interface AuditDesk {
  /** Adds facts to the record of how the action ended. Ids and names, never the value of a secret. */
  note(facts: AuditFacts): void;
  /** Durable before it resolves: what exactly is about to be done. */
  declare(facts: AuditFacts): Promise<void>;
  /** Ends the action before the verb prints, so that what it prints can name the newest batch of the trail. */
  end(exit: number): Promise<void>;
  /** The newest batch, as it is kept outside the vault. */
  heads(): readonly string[];
}

/** An action as the command line knows it. */
export interface AuditedAction {
  readonly declaration: AuditDeclaration;
  readonly action: string;
  readonly opened: Omit<AuditOpened, 'event'>;
  readonly organization: string | undefined;
  readonly given: AuditFacts;
  readonly reason: string | undefined;
  readonly breakGlass: string | undefined;
  readonly warn: (message: string) => void;
  readonly note: (message: string) => void;
}

const EXIT_PARTIAL = 3;
const refusals: readonly number[] = [4, 5];
const refusingCodes: readonly string[] = [
  'CONFIRMATION_REFUSED',
  'CONFIRMATION_NEEDED',
  'PLAN_REFUSED',
  'PLAN_INVALID',
];

/** The desk of one run; nothing is written for a verb that changes and reveals nothing. */
export class CliAuditDesk implements AuditDesk {
  readonly #action: AuditedAction | undefined;
  readonly #facts: Record<string, AuditFacts[string]> = {};
  readonly #signIns = new Map<SignIn['service'], SignIn>();
  #stream: AuditStream | undefined;
  #vault: Vault | undefined;
  #hasEnded = false;
  #hasToldOfSpool = false;

  constructor(action: AuditedAction | undefined) {
    this.#action = action;
  }

  get isActive(): boolean {
    return this.#action !== undefined;
  }

  note(facts: AuditFacts): void {
    Object.assign(this.#facts, facts);
  }

  async declare(facts: AuditFacts): Promise<void> {
    if (this.#stream === undefined) return;
    await this.#stream.append({ event: 'declared', facts: { ...(await this.#identities(true)), ...facts } });
    await this.#tellOfSpool();
  }

  /** The last sign-in to a service is the one that acts: a restore plans as one identity and applies as another. */
  signedIn(signIn: SignIn): void {
    this.#signIns.set(signIn.service, signIn);
  }

  async end(exit: number): Promise<void> {
    await this.#close({ result: resultOf(exit, undefined), exit });
  }

  heads(): readonly string[] {
    const head = this.#stream?.head;
    return head === undefined ? [] : [formatAuditHead(head)];
  }

  /** Writes that the action begins before whoever opened the vault gets it. */
  async vaultOpened(vault: Vault): Promise<void> {
    const action = this.#action;
    if (action === undefined) return;
    if (this.#stream !== undefined) {
      vault.audit.follow(this.#stream);
      return;
    }
    const { declaration, opened, organization, given, reason, breakGlass } = action;
    const stream = vault.audit.open({ opened, signers: auditSigners(declaration), spools: breakGlass !== undefined });
    await stream.append({
      event: 'began',
      action: action.action,
      effect: declaration.effect,
      ...(organization === undefined ? {} : { organization }),
      given,
      ...(reason === undefined ? {} : { reason }),
      ...(breakGlass === undefined ? {} : { breakGlass }),
    });
    this.#stream = stream;
    this.#vault = vault;
    vault.audit.follow(stream);
    if (breakGlass !== undefined) action.warn(`BREAK-GLASS: ${breakGlass}. It stands in the audit trail.`);
    await this.#tellOfSpool();
    if (declaration.uploads !== true) await this.#uploadWaiting(vault, action);
  }

  /** The exit code of the run: one that went well is partial when its end could not be recorded in the vault. */
  async finished(exit: number): Promise<number> {
    await this.#close({ result: resultOf(exit, undefined), exit });
    const isSpooled = this.#stream?.spooledBecause !== undefined && this.#action?.breakGlass === undefined;
    return exit === 0 && isSpooled ? EXIT_PARTIAL : exit;
  }

  /** Records the failure; never throws, so that the failure itself is what is told. */
  async failed(error: unknown): Promise<void> {
    const { exit, code } = describeError(error);
    try {
      await this.#close({ result: resultOf(exit, code), exit, code });
    } catch (unwritten) {
      this.#action?.warn(`How it ended could not be recorded: ${describeError(unwritten).message}`);
    }
  }

  async #identities(asks: boolean): Promise<AuditFacts> {
    const all: AuditFacts[] = [];
    for (const { service, identity, origin } of this.#signIns.values())
      all.push(identityFacts({ service, identity }, await origin(asks)));
    return Object.assign({}, ...all) as AuditFacts;
  }

  async #close(end: { readonly result: AuditResult; readonly exit: number; readonly code?: string }): Promise<void> {
    if (this.#stream === undefined || this.#hasEnded) return;
    this.#hasEnded = true;
    const facts = { ...(await this.#identities(false)), ...this.#facts };
    await this.#stream.close({ event: 'ended', ...end, facts });
    await this.#tellOfSpool();
  }

  async #tellOfSpool(): Promise<void> {
    const because = this.#stream?.spooledBecause;
    if (because === undefined || this.#hasToldOfSpool || this.#vault === undefined) return;
    this.#hasToldOfSpool = true;
    const { folder } = await this.#vault.audit.spool();
    this.#action?.warn(
      `The vault does not take the audit trail (${because.message}). Its signed records wait in ${folder}; run \`holdfast audit upload\` as soon as the vault can be written.`,
    );
  }

  async #uploadWaiting(vault: Vault, action: AuditedAction): Promise<void> {
    if (this.#stream?.spooledBecause !== undefined) return;
    try {
      const { waiting } = await vault.audit.spool();
      if (waiting.length === 0) return;
      const { uploaded, refused } = await vault.audit.upload();
      if (uploaded.length > 0)
        action.note(
          `Brought ${formatCounted(uploaded.length, 'batch', 'batches')} of the audit trail that waited here into the vault.`,
        );
      if (refused.length > 0)
        action.warn(`The vault holds something else under ${refused.join(', ')}: run \`holdfast audit verify\`.`);
    } catch (error) {
      action.warn(
        `Records of the audit trail wait on this machine and could not be uploaded: ${describeError(error).message}`,
      );
    }
  }
}

function resultOf(exit: number, code: string | undefined): AuditResult {
  if (refusals.includes(exit) || (code !== undefined && refusingCodes.includes(code))) return 'refused';
  if (code !== undefined) return 'failed';
  // 2 is what verbs say that found something to report.
  if (exit === 0 || exit === 2) return 'done';
  return exit === EXIT_PARTIAL ? 'partial' : 'failed';
}
