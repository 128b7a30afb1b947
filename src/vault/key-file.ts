import { UserError } from '../core/errors.ts';
import { type KeyRole, keyRoles } from '../core/key-role.ts';
import { sha256Tag } from './digest.ts';

/** What a key file holds. */
export interface KeyFile {
  readonly role: KeyRole;
  /** Id of the only vault it is for. */
  readonly vault: string;
  /** age identity, `AGE-SECRET-KEY-1…`; absent where the private half stays in Azure Key Vault. */
  readonly identity?: string;
  /** `akv:` and the id of that Key Vault key, with or without a version. No secret. */
  readonly recipient?: string;
  /** Ed25519 seed, 32 bytes; a reader has none. */
  readonly signingSeed?: Uint8Array;
}

const purposes: Readonly<Record<KeyRole, string>> = {
  writer: 'It takes recovery points and compares them. It opens no content and no secret.',
  reader: 'It shows contents and differences. It opens no secret.',
  restorer: 'It opens everything, secrets included, and signs restores. Keep it apart from the writer key.',
  verifier: 'It checks recovery points and signs what it found, and holds. It opens no content and no secret.',
  pruner:
    'It signs which old recovery points go, and holds. It opens no content and no secret. Keep it away from writer.key.',
  root: 'The recovery kit: it opens everything and decides which keys count. Keep it offline, in two places.',
};

/** The text of a key file; it goes into a file of mode 0600 and nowhere else. */
export function formatKeyFile(key: KeyFile): string {
  const lines = [
    'holdfast-key: 1',
    `role: ${key.role}`,
    `vault: ${key.vault}`,
    ...(key.identity === undefined ? [`recipient: ${key.recipient ?? ''}`] : [`identity: ${key.identity}`]),
    ...(key.signingSeed === undefined ? [] : [`signing: ${Buffer.from(key.signingSeed).toString('base64')}`]),
  ];
  const whose =
    key.identity === undefined
      ? 'Its private half is in Azure Key Vault: this file holds no secret.'
      : 'Whoever has this file has the key.';
  const head = [`# Holdfast ${key.role} key. ${whose}`, `# ${purposes[key.role]}`];
  return [...head, ...lines, `checksum: ${checksumOf(lines)}`, ''].join('\n');
}

/** Reads a key file's text. UserError `KEY_INVALID` that says what is wrong with it, never what it holds. */
export function parseKeyFile(text: string, source: string): KeyFile {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const fields = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const version = fields.get('holdfast-key');
  if (version === undefined) throw invalidKey(source, 'it is not a Holdfast key file');
  if (version !== '1')
    throw invalidKey(source, `it is a key file of form ${version}, which this version does not read`);
  const checksum = fields.get('checksum');
  if (checksum === undefined || checksum !== checksumOf(lines.filter((line) => !line.startsWith('checksum:')))) {
    throw invalidKey(source, 'its checksum does not match: it was cut off or changed');
  }
  const role = keyRoles.find((name) => name === fields.get('role'));
  const vault = fields.get('vault') ?? '';
  const identity = fields.get('identity');
  const recipient = fields.get('recipient');
  const signing = fields.get('signing');
  const signingSeed = signing === undefined ? undefined : new Uint8Array(Buffer.from(signing, 'base64'));
  if (role === undefined || !/^[0-9a-f]{64}$/.test(vault)) throw invalidKey(source, 'a part of it is missing');
  if (identity === undefined && recipient?.startsWith('akv:https://') === true && role !== 'root') {
    return { role, vault, recipient };
  }
  const signs = role !== 'reader';
  if (identity?.startsWith('AGE-SECRET-KEY-1') !== true || signs !== (signingSeed?.length === 32)) {
    throw invalidKey(source, 'a part of it is missing');
  }
  return { role, vault, identity, ...(signingSeed !== undefined && { signingSeed }) };
}

/** UserError `KEY_OF_ANOTHER_VAULT` unless the key is for this vault. */
export function assertKeyOfVault(key: KeyFile, vault: string, source: string): void {
  if (key.vault === vault) return;
  throw new UserError({
    code: 'KEY_OF_ANOTHER_VAULT',
    message: `${source} is a key of the vault ${key.vault.slice(0, 16)}…, not of this vault, ${vault.slice(0, 16)}….`,
    resource: source,
    next: 'Check HOLDFAST_VAULT and HOLDFAST_KEYS: they must belong together.',
  });
}

/** A key is needed that is not at hand. */
export function keyMissing(file: string, purpose: string): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: `${purpose} needs ${file}, which is not at hand.`,
    resource: file,
    next: `Put ${file} into the folder that HOLDFAST_KEYS names, or its contents into ${variableOf(file)}.`,
  });
}

/** `writer.key` is `HOLDFAST_WRITER_KEY`; also in a list of files. */
function variableOf(files: string): string {
  return files.replaceAll(/(\w+)\.key/g, (_, role: string) => `HOLDFAST_${role.toUpperCase()}_KEY`);
}

/** A key file cannot be used. */
export function invalidKey(source: string, reason: string, cause?: unknown): UserError {
  return new UserError({
    code: 'KEY_INVALID',
    message: `The key ${source} cannot be used: ${reason}.`,
    resource: source,
    next: 'Take the key file from your safe copy again.',
    cause,
  });
}

function checksumOf(lines: readonly string[]): string {
  return sha256Tag(lines.map((line) => `${line}\n`).join(''));
}
