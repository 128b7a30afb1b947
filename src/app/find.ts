import { maskCredentials } from '../core/credential-patterns.ts';
import type { KindName } from '../core/kinds/index.ts';
import { kindNames, kinds } from '../core/kinds/index.ts';
import type { Candidate, SearchTerm } from '../core/search-term.ts';
import { candidatesOf, lineCandidates, searchableBody } from '../core/search-term.ts';
import type { Selection, Selector } from '../core/selection.ts';
import { compileSelection } from '../core/selection.ts';
import { shownText } from '../core/shown-value.ts';
import { decodeText } from '../core/text-file.ts';
import type { Progress } from './ports/surroundings.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';

export interface Match {
  readonly term: string;
  /** Field path, or file and line. */
  readonly at: string;
  /** What stands there, as it may be shown; very long lines are cut and say so. */
  readonly value: string;
}

export interface FoundResource {
  readonly entry: StoredEntry;
  /** In the order of the terms; at least one for each. */
  readonly matches: readonly Match[];
}

/** What was asked for, but is not in the point: that nothing was found there says nothing. */
export interface NotSearched {
  readonly kind: string;
  /** A resource or the parent of a list; '' for all of the kind. */
  readonly at: string;
  readonly reason: string;
}

export interface FindDeps {
  /** Which of the texts match a regular expression; throws when that takes too long. */
  readonly matcherOf: (pattern: string) => (texts: readonly string[]) => readonly boolean[];
  readonly progress: Progress;
}

export interface FindRequest {
  readonly point: PointReader;
  readonly selection: Selection;
  readonly terms: readonly SearchTerm[];
  /** Also looks into secrets, and shows what it finds: needs the restorer's key. */
  readonly reveal: boolean;
}

export interface Search {
  /** Resources that match every term, kind by kind, by id within a kind. */
  readonly found: AsyncIterable<FoundResource>;
  /** Resources looked at so far. */
  searched(): number;
  /** Files of bundles that are no text, so far. */
  binaryFiles(): number;
  readonly notSearched: readonly NotSearched[];
}

/** Searches the resources of a point. Needs the reader's key. Sealed secrets match nothing unless `reveal`. */
export function findResources(deps: FindDeps, request: FindRequest): Search {
  const selector = compileSelection(request.selection);
  const run = new FindRun(deps, request, selector);
  return {
    found: run.found(),
    searched: () => run.searched,
    binaryFiles: () => run.binaryFiles,
    notSearched: notSearched(request.point, selector),
  };
}

function notSearched(point: PointReader, selector: Selector): NotSearched[] {
  return kindNames
    .filter((kind) => selector.kind(kind))
    .flatMap((kind): readonly NotSearched[] => {
      if (!point.has(kind)) return [{ kind, at: '', reason: `the point does not have ${kinds[kind].title.many}` }];
      return point
        .gaps(kind)
        .filter(({ at, state }) => isHole(state) && (at === '' || selector.resource(kind, at)))
        .map(({ at, reason }) => ({ kind, at, reason }));
    });
}

function isHole(state: string): boolean {
  return state === 'denied' || state === 'failed' || state === 'vanished' || state === 'accepted';
}

/** Texts are matched many at a time, because each call of a matcher costs. */
const BATCH_RESOURCES = 256;
const BATCH_CHARACTERS = 4 * 1024 * 1024;
const LONGEST_SHOWN = 240;

interface Opened {
  readonly entry: StoredEntry;
  /** For each term, what may match it. */
  readonly candidates: readonly (readonly Candidate[])[];
  readonly matches: Match[];
}

class FindRun {
  readonly #request: FindRequest;
  readonly #deps: FindDeps;
  readonly #selector: Selector;
  readonly #tests: readonly ((texts: readonly string[]) => readonly boolean[])[];
  searched = 0;
  binaryFiles = 0;

  constructor(deps: FindDeps, request: FindRequest, selector: Selector) {
    this.#deps = deps;
    this.#request = request;
    this.#selector = selector;
    this.#tests = request.terms.map(({ test, operand }) =>
      test === 'matches' ? deps.matcherOf(operand) : (texts) => texts.map((text) => text === operand),
    );
  }

  async *found(): AsyncIterable<FoundResource> {
    let batch: Opened[] = [];
    let characters = 0;
    for await (const entry of this.#entries()) {
      const opened = await this.#open(entry);
      this.searched += 1;
      this.#deps.progress.advance(this.searched, undefined, 'resources searched');
      if (opened === undefined) continue;
      batch.push(opened);
      characters += opened.candidates.flat().reduce((sum, { text }) => sum + text.length, 0);
      if (batch.length < BATCH_RESOURCES && characters < BATCH_CHARACTERS) continue;
      yield* this.#judge(batch);
      [batch, characters] = [[], 0];
    }
    yield* this.#judge(batch);
  }

  async *#entries(): AsyncIterable<StoredEntry> {
    const { point } = this.#request;
    for (const kind of kindNames) {
      if (!this.#selector.kind(kind) || !point.has(kind) || !this.#mayMatch(kind)) continue;
      for await (const entry of point.entries(kind)) if (this.#selector.resource(kind, entry.id)) yield entry;
    }
  }

  /** A bundle has no fields, and everything else no files. */
  #mayMatch(kind: KindName): boolean {
    const of = kinds[kind].content === 'bundle' ? 'file' : 'body';
    return this.#request.terms.every((term) => term.of === of);
  }

  /** Undefined when some term has nothing to match. */
  async #open(entry: StoredEntry): Promise<Opened | undefined> {
    const { point, terms, reveal } = this.#request;
    const content = await point.readContent(entry);
    let candidates: readonly (readonly Candidate[])[];
    if (content.type === 'bundle') {
      const lines = content.files.flatMap(({ path, bytes }) => this.#lines(path, bytes));
      candidates = terms.map(() => lines);
    } else {
      const secrets = reveal && content.holes.length > 0 ? await point.readSecrets(entry) : undefined;
      const body = searchableBody(content, (path) => secrets?.get(path));
      candidates = terms.map(({ steps }) => candidatesOf(body, steps));
    }
    return candidates.every((list) => list.length > 0) ? { entry, candidates, matches: [] } : undefined;
  }

  #lines(path: string, bytes: Uint8Array): readonly Candidate[] {
    const text = decodeText(bytes);
    if (text === undefined) {
      this.binaryFiles += 1;
      return [];
    }
    if (this.#request.reveal) return lineCandidates(path, text);
    // A credential may stand on lines that do not look like one by themselves; masking keeps the lines.
    let masked: readonly Candidate[] | undefined;
    return lineCandidates(path, text).map((line, index) => ({
      ...line,
      shown: () => {
        masked ??= lineCandidates(path, maskCredentials(text));
        return masked[index]?.text ?? '';
      },
    }));
  }

  *#judge(batch: readonly Opened[]): Iterable<FoundResource> {
    let left = batch;
    for (const [index, test] of this.#tests.entries()) {
      const term = this.#request.terms[index]?.text ?? '';
      const all = left.flatMap((opened) =>
        (opened.candidates[index] ?? []).map((candidate) => ({ opened, candidate })),
      );
      const results = test(all.map(({ candidate }) => candidate.text));
      const matched = new Set<Opened>();
      for (const [place, { opened, candidate }] of all.entries()) {
        if (results[place] !== true) continue;
        matched.add(opened);
        opened.matches.push({ term, at: candidate.at, value: this.#shown(candidate) });
      }
      left = left.filter((opened) => matched.has(opened));
    }
    for (const { entry, matches } of left) yield { entry, matches };
  }

  #shown(candidate: Candidate): string {
    const { text, name, shown } = candidate;
    const value = this.#request.reveal ? text : (shown?.() ?? shownText(text, name));
    return value.length <= LONGEST_SHOWN ? value : `${value.slice(0, LONGEST_SHOWN)}… (${value.length} characters)`;
  }
}
