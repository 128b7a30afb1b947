import { z } from 'zod';
import type { Hold, HoldStore, UntrustedRecord } from '../app/ports/retention.ts';
import { IntegrityError, UserError } from '../core/errors.ts';
import { damaged } from './damage.ts';
import { organizationPrefix } from './epoch.ts';
import { compactTime } from './manifest.ts';
import { instant } from './scalar-schemas.ts';
import type { Predecessor, SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

const headerSchema = z.looseObject({ action: z.enum(['add', 'remove']), hold: z.string(), at: instant });
const addBody = z.looseObject({
  points: z.array(z.string()),
  owner: z.string(),
  reason: z.string(),
  until: z.nullable(instant),
});
const removeBody = z.looseObject({ owner: z.string(), reason: z.string() });

/** A record as read; `time` is the store's where it attests time. */
interface HoldRecord {
  readonly document: SignedDocument;
  readonly header: z.infer<typeof headerSchema>;
  readonly time: string;
  readonly signer: string;
}

type Read = { readonly record: HoldRecord } | { readonly untrusted: UntrustedRecord };

const READS_AT_ONCE = 16;

/** Signed records that points are held. */
export class VaultHolds implements HoldStore {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  async listHolds(organization: string): ReturnType<HoldStore['listHolds']> {
    this.#context.assertCanOpen('meta', 'Reading holds');
    const { records, untrusted } = await this.#readAll(organization);
    const holds = new Map<string, Hold>();
    const isAdd = ({ header }: HoldRecord): boolean => header.action === 'add';
    // Their order is that of names, and clocks may go back between a hold and its end.
    for (const record of [...records.filter(isAdd), ...records.filter((one) => !isAdd(one))]) {
      try {
        await this.#take(holds, record);
      } catch (error) {
        if (!(error instanceof IntegrityError)) throw error;
        untrusted.push({ name: record.document.name, why: error.message });
      }
    }
    return { holds: [...holds.values()], untrusted };
  }

  async addHold(request: Parameters<HoldStore['addHold']>[0]): Promise<Hold> {
    const { organization, points, owner, reason, until, at } = request;
    const signer = this.#context.hasSigningKey('verifier') ? 'verifier' : 'pruner';
    const { name, id } = this.#newName(organization, at);
    await this.#put(organization, {
      name,
      signer,
      header: { organization, action: 'add', hold: id, at },
      body: { points, owner, reason, until: until ?? null },
    });
    const { holds } = await this.listHolds(organization);
    const added = holds.find((hold) => hold.id === id);
    if (added === undefined) throw damaged(name, 'it was put, and does not read as a hold');
    return added;
  }

  async removeHold(request: Parameters<HoldStore['removeHold']>[0]): Promise<void> {
    const { organization, hold, owner, reason, at } = request;
    const { name } = this.#newName(organization, at);
    await this.#put(organization, {
      name,
      signer: 'verifier',
      header: { organization, action: 'remove', hold, at },
      body: { owner, reason },
    });
  }

  #newName(organization: string, at: string): { readonly name: string; readonly id: string } {
    const id = `h${Buffer.from(this.#context.random.bytes(8)).toString('hex')}`;
    return { id, name: `${holdsPrefix(organization)}${compactTime(at)}-${id}` };
  }

  async #put(
    organization: string,
    record: {
      readonly name: string;
      readonly signer: 'verifier' | 'pruner';
      readonly header: { readonly [field: string]: unknown };
      readonly body: object;
    },
  ): Promise<void> {
    const { name, signer, header, body } = record;
    this.#context.getSigningKey(signer, `Signing ${name}`);
    const { records } = await this.#readAll(organization);
    const last = records.at(-1)?.document;
    const previous: Predecessor | null = last === undefined ? null : { name: last.name, hash: last.hash };
    const bytes = await this.#context.encode({
      type: 'hold',
      name,
      header: { ...header, previous },
      signer,
      sealed: { secretClass: 'meta', content: body },
    });
    if ((await this.#context.store.put(name, bytes)) === 'exists')
      throw new UserError({ code: 'ALREADY_EXISTS', message: `${name} is taken.`, next: 'Try again.' });
  }

  /** All records in the order of their names, oldest first; those of the chain that are missing are untrusted. */
  async #readAll(
    organization: string,
  ): Promise<{ readonly records: readonly HoldRecord[]; readonly untrusted: UntrustedRecord[] }> {
    const blobs = await Array.fromAsync(this.#context.store.list(holdsPrefix(organization)));
    const results: Read[] = [];
    for (let start = 0; start < blobs.length; start += READS_AT_ONCE) {
      const batch = blobs.slice(start, start + READS_AT_ONCE);
      results.push(...(await Promise.all(batch.map(({ name, createdAt }) => this.#tryRead(name, createdAt)))));
    }
    const records = results.flatMap((result) => ('record' in result ? [result.record] : []));
    const untrusted = results.flatMap((result) => ('untrusted' in result ? [result.untrusted] : []));
    return { records, untrusted: [...untrusted, ...missingFrom(records, untrusted)] };
  }

  async #tryRead(name: string, createdAt: string): Promise<Read> {
    try {
      const attested = this.#context.store.capabilities.attestsTime ? createdAt : undefined;
      const document = this.#context.check(
        await this.#context.store.get(name),
        { type: 'hold', name },
        { attested, signed: ({ at }) => (typeof at === 'string' ? at : '') },
      );
      const parsed = headerSchema.safeParse(document.header);
      if (!parsed.success) throw damaged(name, 'its header is not that of a hold', parsed.error);
      const { action, hold, at } = parsed.data;
      const signer = this.#context.describeSigner(document.header.signer);
      if (action === 'remove' && !signer.startsWith('verifier '))
        throw damaged(name, 'it lifts a hold, and the verifier did not sign it');
      if (action === 'add' && hold !== name.slice(name.lastIndexOf('-') + 1))
        throw damaged(name, 'it adds a hold of another name');
      return { record: { document, header: parsed.data, time: attested ?? at, signer } };
    } catch (error) {
      if (error instanceof IntegrityError) return { untrusted: { name, why: error.message } };
      throw error;
    }
  }

  async #take(holds: Map<string, Hold>, { document, header, time, signer }: HoldRecord): Promise<void> {
    const content = await this.#context.openBody(document);
    if (header.action === 'add') {
      const { points, owner, reason, until } = parsed(document.name, addBody, content);
      const common = { id: header.hold, points, owner, reason, addedAt: time, signer };
      holds.set(header.hold, until === null ? common : { ...common, until });
      return;
    }
    const { owner, reason } = parsed(document.name, removeBody, content);
    const hold = holds.get(header.hold);
    if (hold === undefined) throw damaged(document.name, `it lifts the hold ${header.hold}, which is not there`);
    holds.set(hold.id, { ...hold, removed: { at: time, owner, reason, signer } });
  }
}

/** Records that later ones follow, and that are gone or are not those that were followed. */
function missingFrom(
  records: readonly HoldRecord[],
  untrusted: readonly UntrustedRecord[],
): readonly UntrustedRecord[] {
  const hashes = new Map(records.map(({ document }) => [document.name, document.hash]));
  const told = new Set(untrusted.map(({ name }) => name));
  return records.flatMap(({ document }) => {
    const { previous } = document.header;
    if (previous === null || told.has(previous.name) || hashes.get(previous.name) === previous.hash) return [];
    told.add(previous.name);
    const what = hashes.has(previous.name) ? 'it is not the one that' : 'it is missing, and';
    return [{ name: previous.name, why: `${previous.name} is damaged: ${what} ${document.name} follows.` }];
  });
}

function holdsPrefix(organization: string): string {
  return `${organizationPrefix(organization)}holds/`;
}

function parsed<Value>(name: string, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (!result.success) throw damaged(name, 'its body is not that of a hold', result.error);
  return result.data;
}
