import { IntegrityError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import type { SignerRole } from '../core/key-role.ts';
import type { Clock } from '../platform/clock.ts';
import type { RandomSource } from '../platform/random.ts';
import type { SorterFactory } from '../app/ports/surroundings.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { badSignature, damaged } from './damage.ts';
import type { SigningKey } from './ed25519.ts';
import { createHasher } from './hasher.ts';
import { invalidKey, keyMissing } from './key-file.ts';
import type { OpenedKeys } from './key-wrap.ts';
import type { Signer, StoredKeyring } from './keyring.ts';
import { createFreshKey, deriveKey, type FreshKey, type SealPlace, type SecretClass } from './sealing.ts';
import {
  assertSigned,
  bodyEnc,
  type DocumentHeader,
  type DocumentType,
  encodeDocument,
  openBody,
  parseDocument,
  type Predecessor,
  type SignedDocument,
} from './signed-document.ts';

/** Which signers may sign what; the root signs keyrings only. */
const signersOf: Readonly<Record<Exclude<DocumentType, 'keyring'>, readonly SignerRole[]>> = {
  epoch: ['writer', 'restorer'],
  point: ['writer', 'restorer'],
  // Points of vaults without a verifier were vouched for by those who wrote them.
  proof: ['writer', 'restorer', 'verifier'],
  hold: ['verifier', 'pruner'],
  prune: ['pruner'],
  audit: ['writer', 'restorer', 'verifier', 'pruner'],
  plan: ['restorer'],
  intent: ['restorer'],
  outcomes: ['restorer'],
  report: ['restorer'],
};

const keyFileOf: Readonly<Record<SecretClass, string>> = {
  // The least that opens it; the others do too.
  meta: 'writer.key, reader.key, restorer.key, verifier.key or pruner.key',
  config: 'reader.key',
  secret: 'restorer.key',
};

export interface VaultContextParts {
  readonly id: string;
  readonly store: BlobStore;
  readonly cache?: BlobStore | undefined;
  readonly keyring: StoredKeyring;
  readonly keys: OpenedKeys | undefined;
  readonly signing: { readonly [Role in SignerRole]?: SigningKey | undefined };
  readonly rootPublicKey: Uint8Array;
  /** Signs the audit trail where the recovery kit is at hand. */
  readonly rootKey?: SigningKey | undefined;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly sorterFactory: SorterFactory;
}

export interface NewDocument {
  readonly type: Exclude<DocumentType, 'keyring'>;
  readonly name: string;
  readonly header: { readonly [field: string]: unknown };
  readonly signer: SignerRole;
  readonly sealed?: { readonly secretClass: SecretClass; readonly content: unknown };
}

/** An open vault: its keyring, the keys at hand, and what every part of the format does with them. */
export class VaultContext {
  readonly id: string;
  readonly store: BlobStore;
  readonly cache: BlobStore | undefined;
  readonly keyring: StoredKeyring;
  readonly keys: OpenedKeys | undefined;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly sorterFactory: SorterFactory;
  readonly hasher: Hasher;
  readonly rootPublicKey: Uint8Array;
  /** The audit stream of this process, whose head stands in manifests. */
  auditStream: { readonly head: Predecessor | undefined } | undefined;
  readonly #signing: VaultContextParts['signing'];
  readonly #rootKey: SigningKey | undefined;

  constructor(parts: VaultContextParts) {
    this.id = parts.id;
    this.store = parts.store;
    this.cache = parts.cache;
    this.keyring = parts.keyring;
    this.keys = parts.keys;
    this.clock = parts.clock;
    this.random = parts.random;
    this.sorterFactory = parts.sorterFactory;
    this.hasher = createHasher(parts.keys?.tagKeys);
    this.rootPublicKey = parts.rootPublicKey;
    this.#signing = parts.signing;
    this.#rootKey = parts.rootKey;
  }

  /** The key that signs the audit trail: the first of these roles whose key is at hand. UserError like `getSigningKey`. */
  getAuditKey(roles: readonly (SignerRole | 'root')[]): SigningKey {
    const purpose = 'Recording this in the audit trail';
    for (const role of roles) {
      if (role === 'root' && this.#rootKey !== undefined) return this.#rootKey;
      if (role !== 'root' && this.hasSigningKey(role)) return this.getSigningKey(role, purpose);
    }
    throw keyMissing(`${roles.join('.key or ')}.key`, purpose);
  }

  /** The signing key. UserError `KEY_MISSING`, or `KEY_INVALID` when it is revoked by now: what it signed would be refused. */
  getSigningKey(role: SignerRole, purpose: string): SigningKey {
    const key = this.#signing[role];
    if (key === undefined) throw keyMissing(`${role}.key`, purpose);
    const revoked = this.keyring.signers.find(({ fingerprint }) => fingerprint === key.fingerprint)?.revoked;
    if (revoked !== undefined && this.clock.now() >= revoked) {
      throw invalidKey(`${role}.key`, `its signature is revoked since ${revoked}`);
    }
    return key;
  }

  hasSigningKey(role: SignerRole): boolean {
    return this.#signing[role] !== undefined;
  }

  /** Whether the class opens with the keys at hand, at the generation that is written with. */
  canOpen(secretClass: SecretClass): boolean {
    return this.keys?.classes.get(this.keyring.generation)?.has(secretClass) ?? false;
  }

  /** UserError `KEY_MISSING` unless the class opens. */
  assertCanOpen(secretClass: SecretClass, purpose: string): void {
    if (!this.canOpen(secretClass)) throw keyMissing(keyFileOf[secretClass], purpose);
  }

  /** A fresh key sealed to the class, and the generation it belongs to. */
  async createKey(
    secretClass: SecretClass,
    purpose: SealPlace['purpose'],
    place: string,
  ): Promise<FreshKey & { readonly generation: number }> {
    const { generation, generations } = this.keyring;
    const publicKey = generations.find((candidate) => candidate.generation === generation)?.publicKeys[secretClass];
    if (publicKey === undefined) throw damaged(`keyring/${this.keyring.number}`, 'its generation is not in it');
    const key = await createFreshKey(publicKey, { purpose, vault: this.id, secretClass, generation, place });
    return { ...key, generation };
  }

  /** The key that was sealed as `enc`. UserError `KEY_MISSING` when no key at hand opens the class. */
  async openKey(enc: Uint8Array, place: Omit<SealPlace, 'vault'>): Promise<Uint8Array> {
    const privateKey = this.keys?.classes.get(place.generation)?.get(place.secretClass);
    if (privateKey === undefined) throw keyMissing(keyFileOf[place.secretClass], `Opening ${place.place}`);
    return deriveKey(privateKey, enc, { ...place, vault: this.id });
  }

  /** The bytes of a document signed with a key at hand. */
  async encode(document: NewDocument): Promise<Uint8Array> {
    const { type, name, header, signer, sealed } = document;
    const signingKey = this.getSigningKey(signer, `Signing ${name}`);
    const common = {
      type,
      vault: this.id,
      name,
      keyring: this.keyring.number,
      ...header,
      previous: header['previous'] ?? null,
    };
    if (sealed === undefined) return encodeDocument({ signingKey, header: common });
    const key = await this.createKey(sealed.secretClass, 'document', name);
    const seal = { class: sealed.secretClass, generation: key.generation };
    return encodeDocument({ signingKey, header: { ...common, seal }, sealed: { key, content: sealed.content } });
  }

  /**
   * Takes a document apart and checks who signed it. `at` is its attested time, if there is one; `signedAt` finds the
   * signed one otherwise. IntegrityError `VAULT_DAMAGED`, `SIGNATURE_INVALID` or `SIGNER_REVOKED`.
   */
  check(
    bytes: Uint8Array,
    expected: { readonly type: Exclude<DocumentType, 'keyring'>; readonly name: string },
    at: {
      readonly attested: string | undefined;
      readonly signed: (header: DocumentHeader) => string;
      /** The user named it, whoever signed it. */
      readonly acceptRevoked?: boolean;
    },
  ): SignedDocument {
    const document = parseDocument(bytes, { ...expected, vault: this.id });
    const { header, name } = document;
    if ((header.keyring ?? 0) > this.keyring.number) {
      throw damaged(
        name,
        `it was written under keyring ${header.keyring}, and the newest one here is ${this.keyring.number}`,
      );
    }
    const signer = this.keyring.signers.find(({ fingerprint }) => fingerprint === header.signer);
    if (signer === undefined) throw badSignature(name, `its signer ${header.signer} is not in the keyring`);
    if (!signersOf[expected.type].some((role) => role === signer.role))
      throw badSignature(name, `a ${signer.role} may not sign it`);
    assertSigned(document, signer.publicKey);
    if (at.acceptRevoked !== true) assertNotRevoked(name, signer, at.attested ?? at.signed(header));
    return document;
  }

  /** Since when the signer of a document is revoked, where that was before `time`. */
  revocationOf(document: SignedDocument, time: string): { readonly signerRevoked?: string } {
    const revoked = this.keyring.signers.find(({ fingerprint }) => fingerprint === document.header.signer)?.revoked;
    return revoked === undefined || time < revoked ? {} : { signerRevoked: revoked };
  }

  /** The sealed body of a checked document. */
  async openBody(document: SignedDocument): Promise<unknown> {
    const { seal } = document.header;
    if (seal === undefined) throw damaged(document.name, 'it has no sealed body');
    const place = {
      purpose: 'document',
      secretClass: seal.class,
      generation: seal.generation,
      place: document.name,
    } as const;
    return openBody(document, await this.openKey(bodyEnc(document), place));
  }

  /** Role and fingerprint of a signer, for people. */
  describeSigner(fingerprint: string): string {
    const role = this.keyring.signers.find((signer) => signer.fingerprint === fingerprint)?.role ?? 'unknown';
    return `${role} ${fingerprint}`;
  }

  /** A blob of a content-addressed name, from the cache if there is one. */
  async getCached(name: string): Promise<Uint8Array> {
    const cached = await this.cache?.find(name);
    if (cached !== undefined) return cached;
    const bytes = await this.store.get(name);
    await this.cache?.put(name, bytes);
    return bytes;
  }
}

function assertNotRevoked(name: string, signer: Signer, time: string): void {
  if (signer.revoked === undefined || time < signer.revoked) return;
  throw new IntegrityError({
    code: 'SIGNER_REVOKED',
    message: `${name} was signed by the ${signer.role} key ${signer.fingerprint}, which is revoked since ${signer.revoked}.`,
    damaged: name,
    next: 'Use a point from before, or one of another signer; a point that is meant all the same is named by its whole id.',
  });
}
