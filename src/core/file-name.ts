/**
 * Names of resources as names of files, on every file system: what has a meaning there, or cannot stand there, is
 * percent-encoded, so that `decodeURIComponent` gives the name back. A `%` at the end encodes nothing: it keeps a file apart from
 * the folder of the same name. Only a name too long ends in `%~DIGEST`; it is known from the manifest.
 */

const plain = /[A-Za-z0-9._@~!$'(),;=+-]/;

/** Names that are devices on Windows, with any extension. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$|clock\$)(?:\.|$)/i;

/** No file system takes more than 255 bytes; some of it is for an extension. */
const maxLength = 240;
const keptOfLong = 150;

export interface FileNaming {
  /** For names too long. */
  readonly digest: (bytes: Uint8Array) => string;
  /** Also encodes capital letters: for a name that differs from another one only in case. */
  readonly noCapitals?: boolean;
  /** An ending that only our own files may have: `.json`. */
  readonly reserved?: string;
  /** Ends the file name in `%`: for a file that is called as a folder beside it. */
  readonly apart?: boolean;
}

/** The file name of a name, of which it holds nothing but the characters that mean nothing anywhere. */
export function fileNameOf(name: string, naming: FileNaming): string {
  const mark = naming.apart === true ? '%' : '';
  const bytes = new TextEncoder().encode(name);
  // What the name of nothing is: `%` alone is no encoding of anything else.
  if (bytes.length === 0) return `%${mark}`;
  const { reserved, noCapitals = false } = naming;
  const isReserved = reserved !== undefined && name.toLowerCase().endsWith(reserved);
  const encodedAt = (index: number): boolean =>
    (index === 0 && (device.test(name) || name.startsWith('.'))) ||
    (index === bytes.length - 1 && name.endsWith('.')) ||
    (isReserved && index === bytes.length - reserved.length);
  let encoded = '';
  for (const [index, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const stays = byte < 0x80 && plain.test(character) && !(noCapitals && /[A-Z]/.test(character)) && !encodedAt(index);
    encoded += stays ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  if (encoded.length <= maxLength) return `${encoded}${mark}`;
  // No half of an encoding, and nothing that a file system would drop.
  const kept = encoded.slice(0, keptOfLong).replace(/%[0-9A-F]?$/, '');
  return `${kept}%~${naming.digest(bytes)}${mark}`;
}

/** The name of a file name; undefined for one that was too long to hold it. */
export function nameOfFile(fileName: string): string | undefined {
  return fileName.includes('%~') ? undefined : decodeURIComponent(fileName.replace(/%+$/, ''));
}
