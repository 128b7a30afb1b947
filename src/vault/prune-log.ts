import { z } from 'zod';
import type { Prune, PruneRecord, PruneStep, SweptPoint, UntrustedRecord } from '../app/ports/retention.ts';
import { IntegrityError } from '../core/errors.ts';
import type { PruneObject } from '../core/plan-prune.ts';
import { formatInstant } from '../platform/clock.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import { damaged } from './damage.ts';
import { organizationPrefix } from './epoch.ts';
import { count, instant } from './scalar-schemas.ts';
import type { SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

type Step = PruneStep['step'];

const PRUNE = /^\d{6}$/;
const RECORD = /^(000000-mark|\d{6}-step)$/;
const READS_AT_ONCE = 16;

const headerSchema = z.looseObject({
  prune: count,
  step: z.enum(['mark', 'sweep', 'withdrawn', 'swept']),
  at: instant,
});
const object = z
  .tuple([z.string(), count, instant])
  .transform(([name, sizeBytes, created]): PruneObject => ({ name, sizeBytes, createdMs: Date.parse(created) }));
const point = z.object({ point: z.string(), name: z.string(), hash: z.optional(z.string()) });
const policy = z.object({
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  minimumVerified: count,
  guaranteedDays: count,
  zone: z.string(),
});
const bodies = {
  mark: z.object({
    policy,
    graceDays: count,
    points: z.array(z.object({ ...point.shape, time: instant })),
    objects: z.array(object),
    kept: z.array(z.object({ point: z.string(), rules: z.array(z.string()) })),
    giveUp: z.optional(z.array(z.string())),
  }),
  sweep: z.object({ points: z.array(point), objects: z.array(object) }),
  withdrawn: z.object({ names: z.array(z.string()), why: z.string() }),
  swept: z.object({
    deleted: z.object({ objects: count, bytes: count }),
    left: z.array(
      z.object({
        name: z.string(),
        bytes: count,
        created: instant,
        why: z.string(),
        until: z.optional(instant),
      }),
    ),
  }),
} as const;

/** The body of a step as it is stored. */
export function encodeStep(step: PruneStep): object {
  switch (step.step) {
    case 'mark': {
      const { policy: kept, graceDays, points, objects, kept: reasons, giveUp } = step;
      const encoded = { policy: kept, graceDays, points, objects: objects.map(encodeObject), kept: reasons };
      return giveUp === undefined ? encoded : { ...encoded, giveUp };
    }
    case 'sweep':
      return { points: step.points, objects: step.objects.map(encodeObject) };
    case 'withdrawn':
      return { names: step.names, why: step.why };
    case 'swept': {
      const left = step.left.map(({ name, sizeBytes, createdMs, ...rest }) => ({
        name,
        bytes: sizeBytes,
        created: formatInstant(createdMs),
        ...rest,
      }));
      return { deleted: step.deleted, left };
    }
  }
}

function encodeObject({ name, sizeBytes, createdMs }: PruneObject): readonly [string, number, string] {
  return [name, sizeBytes, formatInstant(createdMs)];
}

function decodeStep(name: string, step: Step, body: unknown): PruneStep {
  const parse = <Value>(schema: z.ZodType<Value>): Value => {
    const result = schema.safeParse(body);
    if (!result.success) throw damaged(name, `its body is not that of a ${step}`, result.error);
    return result.data;
  };
  const marked = <Marked extends z.infer<typeof point>>({ hash, ...rest }: Marked) =>
    hash === undefined ? rest : { ...rest, hash };
  switch (step) {
    case 'mark': {
      const { giveUp, ...mark } = parse(bodies.mark);
      const givenUp = giveUp === undefined ? {} : { giveUp };
      return { step, ...mark, ...givenUp, points: mark.points.map(marked) };
    }
    case 'sweep': {
      const sweep = parse(bodies.sweep);
      return { step, points: sweep.points.map(marked), objects: sweep.objects };
    }
    case 'withdrawn':
      return { step, ...parse(bodies.withdrawn) };
    case 'swept': {
      const { deleted, left } = parse(bodies.swept);
      return {
        step,
        deleted,
        left: left.map(({ bytes, created, until, ...rest }) => ({
          ...rest,
          sizeBytes: bytes,
          createdMs: Date.parse(created),
          ...(until === undefined ? {} : { until }),
        })),
      };
    }
  }
}

interface ReadPrunes {
  readonly prunes: readonly Prune[];
  readonly untrusted: readonly UntrustedRecord[];
}

/** Reads what was marked, swept and withdrawn. */
export class PruneLog {
  readonly #context: VaultContext;
  readonly #records = new Map<string, PruneRecord & { readonly previous: string | undefined }>();

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /** All prunes by number, the chain of each checked. */
  async readAll(organization: string): Promise<ReadPrunes> {
    const { prunes, untrusted } = await this.#read(organization, 'all');
    const broken = prunes.flatMap(({ records }) => {
      const [first, ...others] = records;
      const wrong = [
        ...(first === undefined || first.step === 'mark' ? [] : [first]),
        ...others.filter(({ name }, index) => this.#records.get(name)?.previous !== records[index]?.hash),
      ];
      return wrong.map(({ name }) => ({ name, why: `${name} is damaged: it does not follow the record before it.` }));
    });
    return { prunes, untrusted: [...untrusted, ...broken] };
  }

  /** Points that were swept and not withdrawn; what cannot be trusted makes no point swept. */
  async readSwept(
    organization: string,
  ): Promise<{ readonly swept: readonly SweptPoint[]; readonly untrusted: readonly UntrustedRecord[] }> {
    const { prunes, untrusted } = await this.#read(organization, 'steps');
    return { swept: prunes.flatMap(sweptOf), untrusted };
  }

  async #read(organization: string, which: 'all' | 'steps'): Promise<ReadPrunes> {
    const prefix = `${organizationPrefix(organization)}prunes/`;
    const blobs: BlobInfo[] = [];
    for await (const blob of this.#context.store.list(prefix)) {
      const [number = '', record = '', ...rest] = blob.name.slice(prefix.length).split('/');
      if (!PRUNE.test(number) || !RECORD.test(record) || rest.length > 0) continue;
      // Marks are long, and sweep nothing.
      if (which === 'all' || record.endsWith('-step')) blobs.push(blob);
    }
    const prunes = new Map<number, PruneRecord[]>();
    const untrusted: UntrustedRecord[] = [];
    const numberOf = (name: string): number => Number(name.slice(prefix.length).split('/')[0]);
    for (let start = 0; start < blobs.length; start += READS_AT_ONCE) {
      const batch = blobs.slice(start, start + READS_AT_ONCE);
      const results = await Promise.all(batch.map((blob) => this.#tryRead(blob)));
      for (const [index, result] of results.entries()) {
        const number = numberOf(batch[index]?.name ?? '');
        if ('why' in result && !('step' in result)) untrusted.push(result);
        else if ('step' in result) prunes.set(number, [...(prunes.get(number) ?? []), result]);
      }
    }
    const strange = untrusted.map(({ name }) => name);
    return {
      prunes: [...prunes].map(([prune, records]) => ({
        prune,
        records,
        strange: strange.filter((name) => numberOf(name) === prune),
      })),
      untrusted,
    };
  }

  async #tryRead(blob: BlobInfo): Promise<PruneRecord | UntrustedRecord> {
    try {
      return await this.read(blob);
    } catch (error) {
      if (error instanceof IntegrityError) return { name: blob.name, why: error.message };
      throw error;
    }
  }

  /** One record. IntegrityError when it is damaged, forged or of a revoked signer. */
  async read({ name, createdAt }: BlobInfo): Promise<PruneRecord> {
    const known = this.#records.get(name);
    if (known !== undefined) return known;
    const attested = this.#context.store.capabilities.attestsTime ? createdAt : undefined;
    const document: SignedDocument = this.#context.check(
      await this.#context.store.get(name),
      { type: 'prune', name },
      { attested, signed: ({ at }) => (typeof at === 'string' ? at : '') },
    );
    const parsed = headerSchema.safeParse(document.header);
    if (!parsed.success || (parsed.data.step === 'mark') !== name.endsWith('-mark'))
      throw damaged(name, 'its header is not that of a prune', parsed.error);
    const record = {
      ...decodeStep(name, parsed.data.step, await this.#context.openBody(document)),
      name,
      hash: document.hash,
      previous: document.header.previous?.hash,
      at: parsed.data.at,
      createdAt: attested,
      signer: this.#context.describeSigner(document.header.signer),
    };
    this.#records.set(name, record);
    return record;
  }
}

function sweptOf({ prune, records }: Prune): readonly SweptPoint[] {
  const swept = new Map<string, SweptPoint>();
  for (const record of records) {
    if (record.step === 'sweep') {
      const { at, createdAt, signer } = record;
      for (const { point: id, name, hash } of record.points) {
        const sweptAt = createdAt ?? at;
        swept.set(name, { point: id, name, prune, sweptAt, signer, isGivenUp: hash === undefined });
      }
    } else if (record.step === 'withdrawn') for (const name of record.names) swept.delete(name);
  }
  return [...swept.values()];
}
