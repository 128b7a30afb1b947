import type { KeyKeeper, MadeKey } from '../ports/keys.ts';

/**
 * After a change of the keys that failed: takes the file of the new key away where the key is registered nowhere. Otherwise,
 * and where nobody can tell, the file may be the only copy there is: it is kept, and the answer is the sentence that says so.
 */
export async function settleNewKey(keeper: Pick<KeyKeeper, 'read'>, made: MadeKey): Promise<string | undefined> {
  const { recipient, file, discard } = made;
  const recipients = await readRecipients(keeper);
  if (recipients === undefined) {
    return `Whether the new key ${recipient} is registered could not be read, so its file was kept: ${file}. Look at \`holdfast key list\` before deleting it.`;
  }
  if (recipients.includes(recipient)) {
    return `The new key ${recipient} is registered nevertheless, and its file was kept: ${file}.`;
  }
  await discard();
  return undefined;
}

async function readRecipients(keeper: Pick<KeyKeeper, 'read'>): Promise<readonly string[] | undefined> {
  try {
    return (await keeper.read()).recipients.map(({ recipient }) => recipient);
  } catch {
    return undefined;
  }
}
