import { UserError } from './errors.ts';

/**
 * A resource's natural path below the organization, each segment percent-encoded:
 * `environments/test/targetservers/backend`, `developers/a%2Bb@example.com/apps/My%20App/keys/~TAG`.
 * Never a server-assigned id, never a credential. Ids compare and sort by code unit.
 */
export type ResourceId = string;

const UNRESERVED = /[A-Za-z0-9._@~!$'()*,;=:-]/;

/**
 * One segment, percent-encoded; the text must be well-formed Unicode, as all names of the API are. Only characters that mean nothing in ids, globs and shells stay as they are;
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

/** The id two segments up, which is the parent where ids nest as `PARENT/collection/NAME`: an app's developer. */
export function parentId(id: ResourceId): ResourceId {
  const collection = id.lastIndexOf('/', id.lastIndexOf('/') - 1);
  return collection < 0 ? '' : id.slice(0, collection);
}

/** Every id above `id`, nearest first, whether there are resources of such ids or not. */
export function idsAbove(id: ResourceId): ResourceId[] {
  const above: ResourceId[] = [];
  for (let cut = id.lastIndexOf('/'); cut > 0; cut = id.lastIndexOf('/', cut - 1)) above.push(id.slice(0, cut));
  return above;
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
 * Compiles a glob over encoded ids: `*` within one segment, `**` any number of segments, at the end at least one. It
 * selects the resources it matches and everything below them. UserError `USAGE` when a segment is empty.
 */
export function compileGlob(glob: string): Glob {
  const patterns = segmentPatterns(glob);
  return (id) => matchesFrom(patterns, id.split('/'), (pattern, segment) => pattern.test(segment));
}

/** True when the glob can select an id of the shape `pattern` (`developers/STAR/apps/STAR`, STAR for one name). */
export function globReaches(glob: string, pattern: string): boolean {
  return matchesFrom(segmentPatterns(glob), pattern.split('/'), (own, segment) => segment === '*' || own.test(segment));
}

/** A pattern for each segment; undefined stands for any number of segments. */
type SegmentPatterns = readonly (RegExp | undefined)[];

function segmentPatterns(glob: string): SegmentPatterns {
  const parts = glob.split('/');
  if (parts.includes('')) {
    throw new UserError({
      code: 'USAGE',
      message:
        glob === '' ? 'An empty glob selects nothing.' : `No id matches "${glob}": one of its segments is empty.`,
      next: "Write it like 'environments/test/**'; '**' selects everything.",
    });
  }
  return parts.map((part) => {
    if (part === '**') return undefined;
    const literals = part.split(/\*+/).map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${literals.join('.*')}$`, 's');
  });
}

/** Reads the segments once; the places in the glob that fit what was read so far are a set, so no input is slow. */
function matchesFrom(
  patterns: SegmentPatterns,
  segments: readonly string[],
  fits: (pattern: RegExp, segment: string) => boolean,
): boolean {
  let places = withEmpty(patterns, new Set([0]));
  for (const segment of segments) {
    const next = new Set<number>();
    for (const place of places) {
      const pattern = patterns[place];
      if (pattern === undefined) next.add(place).add(place + 1);
      else if (fits(pattern, segment)) next.add(place + 1);
    }
    if (next.has(patterns.length)) return true;
    places = withEmpty(patterns, next);
  }
  return false;
}

/** `**` before other segments may also stand for none. */
function withEmpty(patterns: SegmentPatterns, places: Set<number>): Set<number> {
  for (const place of places) if (place < patterns.length - 1 && patterns[place] === undefined) places.add(place + 1);
  return places;
}
