import { UserError } from './errors.ts';

/**
 * A resource's natural path below the organization, each segment percent-encoded:
 * `environments/test/targetservers/backend`, `developers/a%2Bb@example.com/apps/My%20App/keys/~TAG`.
 * Never a server-assigned id, never a credential. Ids compare and sort by code unit.
 */
export type ResourceId = string;

const UNRESERVED = /[A-Za-z0-9._@~!$'()*,;=:-]/;

/**
 * One segment, percent-encoded. Only characters that mean nothing in ids, globs and shells stay as they are;
 * `*`, `~` at the start (reserved for tags) and everything outside ASCII is encoded.
 */
export function encodeSegment(value: string): string {
  const bytes = new TextEncoder().encode(value);
  let out = '';
  for (const [index, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const plain = byte < 0x80 && UNRESERVED.test(character) && character !== '*' && !(character === '~' && index === 0);
    out += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out === '.' || out === '..' ? out.replaceAll('.', '%2E') : out;
}

/** The inverse of encodeSegment; a segment that is not well encoded is a UserError `USAGE`. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new UserError({ code: 'USAGE', message: `"${segment}" is not a percent-encoded id segment.`, cause });
  }
}

/** Joins already encoded segments. */
export function joinId(...segments: readonly string[]): ResourceId {
  return segments.filter((segment) => segment !== '').join('/');
}

/** The decoded segments of an id. */
export function idSegments(id: ResourceId): string[] {
  return id.split('/').map(decodeSegment);
}

/** The decoded last segment: the resource's own name (a tag keeps its `~`). */
export function idName(id: ResourceId): string {
  return decodeSegment(id.slice(id.lastIndexOf('/') + 1));
}

/** True when `id` is `ancestor` or stands below it. The empty ancestor is the organization. */
export function isWithin(id: ResourceId, ancestor: ResourceId): boolean {
  return ancestor === '' || id === ancestor || id.startsWith(`${ancestor}/`);
}

/** Code-unit order, the order of every list of ids in this project. */
export function compareIds(a: ResourceId, b: ResourceId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export type Glob = (id: ResourceId) => boolean;

/**
 * Compiles a glob over encoded ids: `*` within one segment, `**` any number of segments. It selects the resources it
 * matches and everything below them.
 */
export function compileGlob(glob: string): Glob {
  if (glob === '')
    throw new UserError({ code: 'USAGE', message: 'An empty glob selects nothing.', next: "Use '**' for everything." });
  const parts = glob.split('/').map((part) => {
    if (part === '**') return '(?:[^/]+(?:/[^/]+)*)';
    return part
      .split('*')
      .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*');
  });
  // `**/` may also match no segment at all.
  const source = parts.join('/').replaceAll('(?:[^/]+(?:/[^/]+)*)/', '(?:[^/]+/)*');
  const pattern = new RegExp(`^${source}(?:/.*)?$`);
  return (id) => pattern.test(id);
}
