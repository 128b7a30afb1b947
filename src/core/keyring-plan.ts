import { UserError } from './errors.ts';
import type { KeyRole } from './key-role.ts';

/** Something that opens what the role opens: an age identity, or a key in Azure Key Vault. */
export interface RecipientState {
  readonly role: string;
  /** `age1…`, or `akv:` and the id of a Key Vault key with its version. */
  readonly recipient: string;
  /** Fingerprint of the signing key that came with it, where that is known. */
  readonly signer?: string;
  /** When the first keyring that has it was made. */
  readonly since: string;
}

export interface SignerState {
  readonly fingerprint: string;
  readonly role: string;
  readonly since: string;
  readonly revoked?: string;
}

/** Who may open and sign what; no secret. */
export interface KeyringState {
  readonly vault: string;
  /** Fingerprint of the root key, which signs keyrings. */
  readonly root: string;
  readonly number: number;
  readonly createdAt: string;
  /** The generation of class keys that is written with. */
  readonly generation: number;
  readonly generations: readonly { readonly generation: number; readonly since: string }[];
  readonly recipients: readonly RecipientState[];
  readonly signers: readonly SignerState[];
}

/** What the next keyring has and this one has not, as plain data. */
export interface KeyringDraft {
  /** Number of the keyring that it was decided on. */
  readonly basedOn: number;
  readonly remove: readonly string[];
  readonly add: readonly NewRecipient[];
  readonly revoke: readonly { readonly fingerprint: string; readonly from: string }[];
  readonly newGeneration: boolean;
}

export interface NewRecipient {
  readonly role: KeyRole;
  readonly recipient: string;
  /** Base64 of the public half of the signing key that belongs to it. */
  readonly signingKey?: string;
  /** A signing key is to be made and wrapped to the recipient, which has no other place for it. */
  readonly wrapSigningKey?: boolean;
}

export interface KeyringPlan {
  readonly draft: KeyringDraft;
  /** What it means, in sentences, before anything is done. */
  readonly consequences: readonly string[];
}

const SHORTEST_PREFIX = 6;

const losses: Readonly<Record<string, string>> = {
  writer: 'No writer key is left: nobody takes backups until one is added.',
  reader: 'No reader key is left: only restorer.key and root.key show contents.',
  restorer: 'No restorer key is left: nobody restores until root.key adds one.',
  verifier: 'No verifier key is left: verifications are recorded with restorer.key only.',
  pruner: 'No pruner key is left: nothing is pruned until one is added.',
};

/** One more recipient. It opens what its role opens, the past too. */
export function planAdd(state: KeyringState, added: NewRecipient): KeyringPlan {
  assertAddable(state, added);
  return {
    draft: { ...nothing(state), add: [added] },
    consequences: [
      `${shortRecipient(added.recipient)} opens as ${added.role} what was written so far and what will be: keyring ${state.number + 1}, the same generation ${state.generation} of keys.`,
      ...(added.signingKey === undefined && added.wrapSigningKey !== true
        ? []
        : [`What it signs as ${added.role} counts from now on.`]),
    ],
  };
}

/** A recipient less, under a new generation; its signing key counts no more from `at` on. */
export function planRemove(state: KeyringState, name: string, at: string): KeyringPlan {
  const recipient = findRecipient(state, name);
  const signer = signerOf(state, recipient);
  return {
    draft: {
      ...nothing(state),
      remove: [recipient.recipient],
      revoke: revocationOf(signer, at),
      newGeneration: true,
    },
    consequences: [...removalOf(state, recipient), ...signatureOf(recipient, signer, at), ...lossOf(state, recipient)],
  };
}

/** A new generation of class keys for the same recipients. */
export function planNewGeneration(state: KeyringState): KeyringPlan {
  return {
    draft: { ...nothing(state), newGeneration: true },
    consequences: [
      `What is written from now on is sealed under generation ${state.generation + 1}; the ${state.recipients.length} recipients open it, and all before it.`,
      'What is stored stays under the keys it was sealed with until its epoch is pruned.',
    ],
  };
}

/** A recipient replaced by another of its role: the old one goes as by `planRemove`. */
export function planReplace(state: KeyringState, name: string, by: NewRecipient, at: string): KeyringPlan {
  const old = findRecipient(state, name);
  assertAddable(state, by);
  const signer = signerOf(state, old);
  return {
    draft: {
      basedOn: state.number,
      remove: [old.recipient],
      add: [by],
      revoke: revocationOf(signer, at),
      newGeneration: true,
    },
    consequences: [
      `${shortRecipient(by.recipient)} takes its place as ${by.role}, and opens what was written so far too.`,
      ...removalOf(state, old),
      ...signatureOf(old, signer, at),
    ],
  };
}

/** A signer whose signatures count no more from an instant on. */
export function planRevoke(state: KeyringState, name: string, from: string): KeyringPlan {
  const signer = findSigner(state, name);
  if (signer.revoked !== undefined && signer.revoked <= from) {
    throw new UserError({
      code: 'ALREADY_EXISTS',
      message: `The ${signer.role} key ${signer.fingerprint} is revoked since ${signer.revoked} already. Nothing was changed.`,
      next: 'A revocation can be moved to an earlier time, never to a later one.',
    });
  }
  const opening = state.recipients.find((recipient) => signerOf(state, recipient)?.fingerprint === signer.fingerprint);
  return {
    draft: { ...nothing(state), revoke: [{ fingerprint: signer.fingerprint, from }] },
    consequences: [
      `What the ${signer.role} key ${signer.fingerprint} signed at ${from} or later is refused, by everyone, for good.`,
      ...(opening === undefined
        ? []
        : [
            `Its key still opens what a ${signer.role} opens: \`holdfast key remove ${shortRecipient(opening.recipient)}\` ends that too.`,
          ]),
    ],
  };
}

/** The recipient meant by a role that has one, or by the beginning of its text. UserError `RESOURCE_NOT_FOUND`, `USAGE`. */
export function findRecipient(state: KeyringState, name: string): RecipientState {
  const matches = state.recipients.filter(({ role, recipient }) => {
    const text = recipient.replace(/^akv:/, '');
    return role === name || (name.length >= SHORTEST_PREFIX && (recipient.startsWith(name) || text.startsWith(name)));
  });
  const found = theOne(name, matches, ({ recipient }) => shortRecipient(recipient), 'recipient');
  if (found.role !== 'root') return found;
  throw new UserError({
    code: 'USAGE',
    message: 'root.key is the key that the vault was made with; it can be neither removed nor replaced.',
    next: 'When it was stolen, make a new vault and take a full backup into it.',
  });
}

/** The signer meant by a role that has one, or by the beginning of its fingerprint. */
function findSigner(state: KeyringState, name: string): SignerState {
  const matches = state.signers.filter(
    ({ role, fingerprint }) => role === name || (name.length >= SHORTEST_PREFIX && fingerprint.startsWith(name)),
  );
  return theOne(name, matches, ({ fingerprint }) => fingerprint, 'signing key');
}

/** The signing key of a recipient: as registered with it, or the only one of its role where neither has a double. */
function signerOf(state: KeyringState, recipient: RecipientState): SignerState | undefined {
  const { signer: linked, role } = recipient;
  if (linked !== undefined) return state.signers.find(({ fingerprint }) => fingerprint === linked);
  const unlinked = state.recipients.filter((one) => one.role === role && one.signer === undefined);
  const taken = new Set(state.recipients.map(({ signer }) => signer));
  const free = state.signers.filter((one) => one.role === role && !taken.has(one.fingerprint));
  return unlinked.length === 1 && free.length === 1 ? free[0] : undefined;
}

/** Enough of a recipient to tell it from others, and to name it by. */
export function shortRecipient(recipient: string): string {
  return recipient.startsWith('akv:') ? recipient.slice('akv:'.length) : recipient.slice(0, 16);
}

/** No second root key can be made. */
export function oneRoot(): UserError {
  return new UserError({
    code: 'USAGE',
    message: 'A vault has one root key, the one that it was made with.',
    next: 'Copy root.key to where it is to be kept; keys are made of the other roles.',
  });
}

function nothing(state: KeyringState): KeyringDraft {
  return { basedOn: state.number, remove: [], add: [], revoke: [], newGeneration: false };
}

function assertAddable(state: KeyringState, { role, recipient }: NewRecipient): void {
  if (role === 'root') throw oneRoot();
  const there = state.recipients.find((one) => one.recipient === recipient);
  if (there === undefined) return;
  throw new UserError({
    code: 'ALREADY_EXISTS',
    message: `${shortRecipient(recipient)} is a recipient already, as ${there.role}. Nothing was changed.`,
    next: 'See `holdfast key list`.',
  });
}

function revocationOf(signer: SignerState | undefined, from: string): KeyringDraft['revoke'] {
  return signer === undefined || signer.revoked !== undefined ? [] : [{ fingerprint: signer.fingerprint, from }];
}

function removalOf(state: KeyringState, { recipient, role }: RecipientState): string[] {
  const until = state.generation === 1 ? 'generation 1' : `generations 1 to ${state.generation}`;
  return [
    `${shortRecipient(recipient)} opens nothing that is written from now on: that is sealed under generation ${state.generation + 1}.`,
    `It still opens as ${role} what was written until now (${until}): keyring ${state.number} stays in the vault, and nothing takes back what was copied.`,
  ];
}

function signatureOf(recipient: RecipientState, signer: SignerState | undefined, at: string): string[] {
  if (recipient.role === 'reader') return [];
  if (signer === undefined) {
    return [
      `Which signing key came with it cannot be told: revoke it with \`holdfast key revoke\`, or what it signs still counts.`,
    ];
  }
  if (signer.revoked !== undefined)
    return [`Its signing key ${signer.fingerprint} is revoked since ${signer.revoked}.`];
  return [`What its signing key ${signer.fingerprint} signs at ${at} or later is refused.`];
}

function lossOf(state: KeyringState, removed: RecipientState): string[] {
  const left = state.recipients.filter((one) => one.role === removed.role && one.recipient !== removed.recipient);
  const loss = losses[removed.role];
  return left.length > 0 || loss === undefined ? [] : [loss];
}

function theOne<Item>(name: string, matches: readonly Item[], describe: (item: Item) => string, what: string): Item {
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    throw new UserError({
      code: 'RESOURCE_NOT_FOUND',
      message: `No ${what} of this vault is called "${name}".`,
      resource: name,
      next: `Name a role, or at least ${SHORTEST_PREFIX} characters: \`holdfast key list\` shows them.`,
    });
  }
  throw new UserError({
    code: 'USAGE',
    message: `"${name}" means ${matches.length} of them: ${matches.map(describe).join(', ')}.`,
    next: 'Name one of these.',
  });
}
