/** Raw bytes of a segment: `u32 count | count × u32 length | items`. */
export function joinItems(items: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(4 + 4 * items.length);
  head.writeUInt32BE(items.length);
  for (const [index, item] of items.entries()) head.writeUInt32BE(item.length, 4 + 4 * index);
  return Buffer.concat([head, ...items]);
}

/** The items of a segment, as views. Throws when the lengths do not add up; callers say which object. */
export function splitItems(raw: Uint8Array): readonly Uint8Array[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const count = bytes.readUInt32BE(0);
  if (4 + 4 * count > bytes.length) throw new Error('more items than bytes');
  const items: Uint8Array[] = [];
  let offset = 4 + 4 * count;
  for (let index = 0; index < count; index += 1) {
    const end = offset + bytes.readUInt32BE(4 + 4 * index);
    items.push(bytes.subarray(offset, end));
    offset = end;
  }
  if (offset !== bytes.length) throw new Error('items and bytes do not match');
  return items;
}
