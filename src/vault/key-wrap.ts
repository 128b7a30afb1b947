import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import { invalidKey, type KeyFile, type KeyRole } from './key-file.ts';
import { type SecretClass, secretClasses } from './sealing.ts';

/** An age file to one recipient. */
export type KeyWrap = Uint8Array;

/** Private keys and HMAC keys that a role opens. */
export interface OpenedKeys {
  readonly equality: Uint8Array;
  readonly id: Uint8Array;
  /** Private class keys by generation. */
  readonly classes: ReadonlyMap<number, ReadonlyMap<SecretClass, Uint8Array>>;
}

const opens: Readonly<Record<KeyRole, readonly SecretClass[]>> = {
  writer: ['meta'],
  reader: ['meta', 'config'],
  restorer: secretClasses,
  root: secretClasses,
};

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const wrapSchema = z.looseObject({
  vault: z.string(),
  role: z.string(),
  equality: base64,
  id: base64,
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
      equality: toText(keys.equality),
      id: toText(keys.id),
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
    return { equality: opened.equality, id: opened.id, classes: new Map(classes) };
  } catch (cause) {
    throw invalidKey(source, 'it does not open what the keyring holds for it', cause);
  }
}
