import { InternalError } from '../../core/errors.ts';

// Everything here is safe in a URL path segment after encoding, on every file system, and one UTF-8 byte per character.
const SEGMENT = /^[A-Za-z0-9_~%=+@,-][A-Za-z0-9._~%=+@,-]*$/;
const PARTIAL_SEGMENT = /^(?:[A-Za-z0-9_~%=+@,-][A-Za-z0-9._~%=+@,-]*)?$/;
const LONGEST_NAME = 900;
// File systems stop at 255.
const LONGEST_SEGMENT = 200;

/** Whether the text can be one `/`-separated part of a blob's name: not empty, not starting or ending with a dot. */
export function isBlobNameSegment(text: string): boolean {
  return SEGMENT.test(text) && !text.endsWith('.') && text.length <= LONGEST_SEGMENT;
}

/** Refuses a name that some store could not keep, with InternalError. */
export function assertBlobName(name: string): void {
  if (name.length > LONGEST_NAME || !name.split('/').every(isBlobNameSegment)) throw badName('blob name', name);
}

/** Refuses a listing prefix that no valid name begins with, with InternalError. */
export function assertBlobPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  if (!segments.every(isBlobNameSegment) || !PARTIAL_SEGMENT.test(last)) throw badName('listing prefix', prefix);
}

/** Refuses a prefix for `listFolders` that is neither empty nor a valid name followed by `/`. */
export function assertFolderPrefix(prefix: string): void {
  if (prefix === '') return;
  if (!prefix.endsWith('/') || !prefix.slice(0, -1).split('/').every(isBlobNameSegment)) {
    throw badName('folder prefix', prefix);
  }
}

function badName(what: string, name: string): InternalError {
  return new InternalError(`${JSON.stringify(name)} is not a valid ${what}.`);
}
