import { RemoteError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { type ApiAnswer, type ApiCall, describeCall, type Transport } from './transport.ts';
import { isNotFound } from './read-context.ts';

/** How often a name is encoded in a path. */
type Times = 1 | 2;

/** A path that leads over a name of which nobody knows how often the service decodes it. */
interface DoubtfulPath {
  /** What stands before and behind the name. */
  readonly before: string;
  readonly behind: string;
  readonly name: string;
  /** What of the name makes it doubtful: names that are alike in this are read alike. */
  readonly traits: string;
}

/**
 * The transport, except that it finds out how often the service decodes names of kinds whose decoding nobody outside knows
 * (`Kind.doubtfulDecoding`). Paths come encoded once. Only names with a plus or percent sign tell the ways apart, and a name is
 * only believed when the answer has it: a plus sign taken for a blank would be another resource. What the first such name
 * teaches holds for the others; a path over a name that neither way finds is answered 404, and nothing is sent to it.
 */
export function findDoubtfulNames(transport: Transport, kinds: readonly Kind[]): Transport {
  const shapes = kinds.flatMap((kind) => (kind.doubtfulDecoding === true ? [kind.idPattern.split('/')] : []));
  const learnt = new Map<string, Times>();
  const asked = new Map<string, Promise<ApiAnswer | undefined>>();

  async function lookFor(path: DoubtfulPath, call: ApiCall): Promise<ApiAnswer | undefined> {
    for (const times of [1, 2] as const) {
      const answer = await answerOrNothing(transport, { ...call, path: encoded({ ...path, behind: '' }, times) });
      if (answer === undefined || nameIn(answer) !== path.name) continue;
      learnt.set(path.traits, times);
      return answer;
    }
    return undefined;
  }

  async function call(sent: ApiCall): Promise<ApiAnswer> {
    const path = doubtfulPath(sent.path, shapes);
    if (path === undefined) return transport.call(sent);
    const isItself = path.behind === '' && sent.method === 'GET' && sent.query === undefined;
    if (learnt.get(path.traits) === undefined) {
      const own = encoded({ ...path, behind: '' }, 1);
      const looking = asked.get(own) ?? lookFor(path, { method: 'GET', path: own, access: 'read' });
      asked.set(own, looking);
      const found = await looking.finally(() => asked.delete(own));
      if (found === undefined) throw nobodyOf(sent);
      if (isItself) return found;
    }
    return transport.call({ ...sent, path: encoded(path, learnt.get(path.traits) ?? 1) });
  }

  return {
    call,
    download: (...given) => transport.download(...given),
    readBytes: (...given) => transport.readBytes(...given),
    countFloor: (calls) => transport.countFloor(calls),
    usage: () => transport.usage(),
  };
}

function doubtfulPath(path: string, shapes: readonly (readonly string[])[]): DoubtfulPath | undefined {
  const segments = path.split('/');
  const shape = shapes.find((each) => each.every((part, index) => fits(part, segments[index])));
  const own = segments[(shape?.length ?? 0) - 1];
  if (shape === undefined || own === undefined) return undefined;
  const name = decodeURIComponent(own);
  const traits = traitsOf(name);
  if (traits === '') return undefined;
  return {
    before: `${segments.slice(0, shape.length - 1).join('/')}/`,
    behind: segments
      .slice(shape.length)
      .map((segment) => `/${segment}`)
      .join(''),
    name,
    traits,
  };
}

function fits(part: string, segment: string | undefined): boolean {
  return segment !== undefined && (part === '*' ? segment !== '' : part === segment);
}

/** A plus sign may become a blank; a percent sign may begin an escape, or be one too many. */
function traitsOf(name: string): string {
  return [
    name.includes('+') ? 'plus' : '',
    /%[0-9a-f]{2}/i.test(name) ? 'escape' : name.includes('%') ? 'percent' : '',
  ].join('');
}

function encoded({ before, behind, name }: DoubtfulPath, times: Times): string {
  const once = encodeURIComponent(name);
  return `${before}${times === 1 ? once : encodeURIComponent(once)}${behind}`;
}

async function answerOrNothing(transport: Transport, call: ApiCall): Promise<ApiAnswer | undefined> {
  try {
    return await transport.call(call);
  } catch (error) {
    // An escape that is none may be refused as malformed.
    if (isNotFound(error) || (error instanceof RemoteError && error.status === 400)) return undefined;
    throw error;
  }
}

function nameIn({ json }: ApiAnswer): unknown {
  return isJsonObject(json) ? json['name'] : undefined;
}

function nobodyOf(call: ApiCall): RemoteError {
  const operation = describeCall(call);
  return new RemoteError({
    code: 'REMOTE_NOT_FOUND',
    message: `${operation} was not sent: nothing of this name answers, however often the name is encoded.`,
    next: 'If it stands in Apigee, rename it there: the service does not find it by the name that it has.',
    operation,
    status: 404,
  });
}
