import type { Reading, ReadRequest } from '../app/ports/organization.ts';
import type { Gap } from '../core/ledger.ts';
import { findProfile, whyNotApplicable } from './not-applicable.ts';
import { gapReadings, type ReadContext } from './read-context.ts';
import { isGathered, readGathered } from './read-gathered.ts';
import { readStartKey, readWhole } from './read-listed.ts';
import { readMarked, readNames, readSingletons } from './read-named.ts';
import { readNewest } from './read-newest.ts';
import { readRevisions } from './read-revisions.ts';
import { readTokenPages } from './read-token-pages.ts';

/** Enumerates and reads one kind in the style that its collection declares. */
export async function* readKind(context: ReadContext, request: ReadRequest): AsyncGenerator<Reading> {
  try {
    yield* readInStyle(context, request);
  } finally {
    context.memory.endForeseeing(request.kind.name);
  }
}

async function* readInStyle(context: ReadContext, request: ReadRequest): AsyncGenerator<Reading> {
  await findProfile(context, [request.kind]);
  const reason = whyNotApplicable(context, request.kind);
  if (reason !== undefined) {
    yield* gapReadings(context, request.kind, { at: '', state: 'notApplicable', reason });
    return;
  }
  for (const gap of inheritedGaps(context, request)) yield* gapReadings(context, request.kind, gap);
  const { collection } = request.kind;
  if (isGathered(request.kind)) {
    yield* readGathered(context, request);
    return;
  }
  switch (collection.style) {
    case 'names':
      yield* readNames(context, request, collection);
      return;
    case 'newest':
      yield* readNewest(context, request, collection);
      return;
    case 'singleton':
      yield* readSingletons(context, request);
      return;
    case 'marked':
      yield* readMarked(context, request, collection);
      return;
    case 'whole':
      yield* readWhole(context, request, collection);
      return;
    case 'start-key':
      yield* readStartKey(context, request, collection);
      return;
    case 'page-token':
      yield* readTokenPages(context, request, collection);
      return;
    case 'revisions':
      yield* readRevisions(context, request);
      return;
    case 'next-start-key':
      // Gathered, above.
      return;
    case 'embedded':
      // Its resources came with their parents.
      return;
  }
}

/** Of what hangs on parents that could not be listed or read, nothing is known either. */
function inheritedGaps(context: ReadContext, { kind }: ReadRequest): readonly Gap[] {
  if (kind.scope === 'organization' || kind.collection.style === 'embedded') return [];
  const { collection } = kind;
  const isShared = 'list' in collection && collection.list('') === collection.list('x/y');
  if (isShared) return [];
  const scope = context.kinds[kind.scope];
  return context.memory
    .gaps(scope.name)
    .map((gap) => ({ ...gap, reason: `The ${scope.title.one} could not be read. ${gap.reason}` }));
}
