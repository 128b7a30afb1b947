import type { AuditStream, OpenAuditStream } from '../../app/ports/audit.ts';
import type { AuditEntry, AuditHead } from '../../core/audit/audit-record.ts';
import { type HoldfastError, RemoteError } from '../../core/errors.ts';
import { sha256Hex } from '../digest.ts';
import type { SigningKey } from '../ed25519.ts';
import type { VaultContext } from '../vault-context.ts';
import { encodeBatch, formatLine, hashLine } from './audit-batch.ts';
import { batchName, newStreamName } from './audit-name.ts';
import type { AuditSpool } from './audit-spool.ts';
import { findAuditHeads } from './find-heads.ts';

/** A stream grows for less than a day, a slow put included; who opens one later looks no further back. */
const LONGEST_STREAM_MS = 23 * 3_600_000;
const ID_BYTES = 8;

type Acted = Exclude<AuditEntry, { event: 'opened' }>;
type Unnumbered = { [Event in Acted['event']]: Omit<Extract<Acted, { event: Event }>, 'act'> }[Acted['event']];

interface Pending {
  readonly entry: AuditEntry;
  readonly at: string;
  readonly isLast: boolean;
  readonly mayWait: boolean;
  readonly settle: (failure: unknown) => void;
}

/** A batch to be put, and where the stream stands behind it. */
interface Encoded {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly next: Pick<Position, 'number' | 'previous' | 'previousLine'>;
}

/** Where a stream stands. */
interface Position {
  readonly stream: string;
  readonly openedMs: number;
  readonly number: number;
  readonly previous: AuditHead | undefined;
  readonly previousLine: string | null;
  readonly continues: AuditHead | undefined;
}

/**
 * Writes the stream of this process. Records that come while a batch is on its way make the next one, so that many cost few
 * puts. A number that somebody else took ends the stream; the next one continues it.
 */
export class VaultAuditStream implements AuditStream {
  readonly #context: VaultContext;
  readonly #spool: () => AuditSpool;
  readonly #request: OpenAuditStream;
  readonly #key: SigningKey;
  #position: Position;
  #pending: Pending[] = [];
  #isDraining = false;
  #act = 0;
  #spooledBecause: Error | undefined;
  /** The last batch whose put failed. */
  #lost: Encoded | undefined;

  constructor(context: VaultContext, spool: () => AuditSpool, request: OpenAuditStream) {
    this.#context = context;
    this.#spool = spool;
    this.#request = request;
    this.#key = context.getAuditKey(request.signers);
    this.#position = this.#begin(undefined);
  }

  get head(): AuditHead | undefined {
    return this.#position.previous ?? this.#position.continues;
  }

  get spooledBecause(): Error | undefined {
    return this.#spooledBecause;
  }

  append(entry: Unnumbered): Promise<void> {
    return this.#take(entry, false);
  }

  close(entry: Unnumbered): Promise<void> {
    return this.#take(entry, true);
  }

  #take(entry: Unnumbered, isLast: boolean): Promise<void> {
    if (entry.event === 'began') this.#act += 1;
    // The number is what the entry lacked.
    const numbered = { ...entry, act: this.#act } as AuditEntry;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({
      entry: numbered,
      at: this.#context.clock.now(),
      isLast,
      // What is done is done: how it ended must not be lost.
      mayWait: this.#request.spools || entry.event === 'ended',
      settle: (failure) => (failure === undefined ? resolve() : reject(failure)),
    });
    if (!this.#isDraining) void this.#drain();
    return promise;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let batch = this.#pending; batch.length > 0; batch = this.#pending) {
      this.#pending = [];
      let failure: unknown;
      try {
        await this.#write(batch);
      } catch (error) {
        failure = error ?? new Error('nothing was said');
      }
      for (const { settle } of batch) settle(failure);
    }
    this.#isDraining = false;
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    if (this.#context.clock.epochMs() - this.#position.openedMs > LONGEST_STREAM_MS && this.head !== undefined)
      this.#position = this.#begin(this.head);
    for (;;) {
      const made = await this.#encode(batch);
      const outcome = await this.#put(
        made,
        batch.every(({ mayWait }) => mayWait),
      );
      if (outcome === 'created') {
        this.#position = { ...this.#position, ...made.next };
        return;
      }
      // A batch whose answer was lost, or else: nobody of ours writes to this stream, and the number was squatted.
      this.#position = (await this.#isLost(made.name))
        ? { ...this.#position, ...this.#lost?.next }
        : this.#begin(this.head);
    }
  }

  async #isLost(name: string): Promise<boolean> {
    if (this.#lost?.name !== name || this.#spooledBecause !== undefined) return false;
    const there = await this.#context.store.find(name);
    return there !== undefined && sha256Hex(there) === this.#lost.next.previous?.hash;
  }

  #begin(continues: AuditHead | undefined): Position {
    const { clock, random } = this.#context;
    return {
      stream: newStreamName(clock.now(), random.bytes(ID_BYTES)),
      openedMs: clock.epochMs(),
      number: 0,
      previous: undefined,
      previousLine: null,
      continues,
    };
  }

  async #encode(batch: readonly Pending[]): Promise<Encoded> {
    const { stream, number, previous, continues } = this.#position;
    const { clock } = this.#context;
    const at = clock.now();
    const opened: AuditEntry = { event: 'opened', ...this.#request.opened };
    const lines: string[] = [];
    let { previousLine } = this.#position;
    for (const { entry, at: said } of [...(number === 0 ? [{ entry: opened, at }] : []), ...batch]) {
      const line = formatLine(entry, said, previousLine);
      lines.push(line);
      previousLine = hashLine(line);
    }
    const bytes = await encodeBatch(this.#context, this.#key, {
      stream,
      number,
      at,
      lines,
      previous,
      ...(number === 0 && { heads: await this.#heads(), continues }),
      last: batch.some(({ isLast }) => isLast),
      spooled: this.#spooledBecause !== undefined,
    });
    const name = batchName(stream, number);
    return { name, bytes, next: { number: number + 1, previous: { name, hash: sha256Hex(bytes) }, previousLine } };
  }

  /** Where the vault cannot be read the spool is the last resort, and names no heads. */
  async #heads(): Promise<readonly AuditHead[]> {
    if (this.#spooledBecause !== undefined) return [];
    try {
      return await findAuditHeads(this.#context);
    } catch (error) {
      if (!this.#request.spools || !(error instanceof Error)) throw notWritten(error);
      this.#spooledBecause = error;
      return [];
    }
  }

  async #put(made: Encoded, mayWait: boolean): Promise<'created' | 'exists'> {
    const { name, bytes } = made;
    // Numbers are put in order: once one waits, the others of the stream wait behind it.
    if (this.#spooledBecause !== undefined) return this.#spool().put(name, bytes);
    try {
      return await this.#context.store.put(name, bytes);
    } catch (error) {
      // It may be there all the same.
      this.#lost = made;
      if (!mayWait || !(error instanceof Error)) throw notWritten(error);
      this.#spooledBecause = error;
      return this.#spool().put(name, bytes);
    }
  }
}

/** The record of an action could not be written, so the action does not happen. */
function notWritten(cause: unknown): HoldfastError {
  const why = cause instanceof Error ? cause.message : 'the store did not say why';
  return new RemoteError({
    code: 'AUDIT_NOT_WRITTEN',
    message: `The audit trail could not be written, so nothing was done: ${why}`,
    operation: 'write the audit trail',
    next: 'Mend the access to the vault. In an emergency --break-glass REASON keeps the signed records on this machine until `holdfast audit upload`.',
    cause,
  });
}
