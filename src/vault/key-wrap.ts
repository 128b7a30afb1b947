import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import type { KeyRole } from '../core/key-role.ts';
import type { HasherKeys } from './hasher.ts';
import { invalidKey, type KeyFile } from './key-file.ts';
import { type SecretClass, secretClasses } from './sealing.ts';

/** An age file to one recipient. */
export type KeyWrap = Uint8Array;

/** Private keys and HMAC keys that a role opens. */
export interface OpenedKeys {
  /** Equality and id key; verifier and pruner compare nothing and have none. */
  readonly tagKeys: HasherKeys | undefined;
  /** Private class keys by generation. */
  readonly classes: ReadonlyMap<number, ReadonlyMap<SecretClass, Uint8Array>>;
}

const opens: Readonly<Record<KeyRole, readonly SecretClass[]>> = {
  writer: ['meta'],
  reader: ['meta', 'config'],
  restorer: secretClasses,
  verifier: ['meta'],
  pruner: ['meta'],
  root: secretClasses,
};

const comparing: readonly KeyRole[] = ['writer', 'reader', 'restorer', 'root'];

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const wrapSchema = z.looseObject({
  vault: z.string(),
  role: z.string(),
  equality: z.optional(base64),
  id: z.optional(base64),
  classes: z.record(
    z.string(),
    z.looseObject({ meta: z.optional(base64), config: z.optional(base64), secret: z.optional(base64) }),
  ),
});

/** Wraps what the role may open to one age recipient. */
export async function wrapKeys(
  keys: OpenedKeys,
  to: { readonly vault: string; readonly role: KeyRole; readonly recipient: string },
): Promise<KeyWrap> {
  const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const classes = [...keys.classes].map(([generation, byClass]): [string, { readonly [name: string]: string }] => [
    String(generation),
    Object.fromEntries(
      [...byClass].filter(([name]) => opens[to.role].includes(name)).map(([name, key]) => [name, toText(key)]),
    ),
  ]);
  const encrypter = new Encrypter();
  encrypter.addRecipient(to.recipient);
  return encrypter.encrypt(
    JSON.stringify({
      vault: to.vault,
      role: to.role,
      ...(keys.tagKeys !== undefined &&
        comparing.includes(to.role) && { equality: toText(keys.tagKeys.equality), id: toText(keys.tagKeys.id) }),
      classes: Object.fromEntries(classes),
    }),
  );
}

/** Opens the wrap made for this key file. UserError `KEY_INVALID` when the key does not open it. */
export async function unwrapKeys(wrap: KeyWrap, key: KeyFile, source: string): Promise<OpenedKeys> {
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key.identity);
    const opened = wrapSchema.parse(JSON.parse(await decrypter.decrypt(wrap, 'text')));
    if (opened.vault !== key.vault || opened.role !== key.role) throw new Error('made for another vault or role');
    const classes = Object.entries(opened.classes).map(([generation, byClass]) => {
      const known = secretClasses.flatMap((name) => {
        const privateKey = byClass[name];
        return privateKey === undefined ? [] : [[name, privateKey] as const];
      });
      return [Number(generation), new Map(known)] as const;
    });
    const { equality, id } = opened;
    const tagKeys = equality === undefined || id === undefined ? undefined : { equality, id };
    return { tagKeys, classes: new Map(classes) };
  } catch (cause) {
    throw invalidKey(source, 'it does not open what the keyring holds for it', cause);
  }
}
