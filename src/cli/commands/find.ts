import type { FoundResource, Search } from '../../app/find.ts';
import { findResources } from '../../app/find.ts';
import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import { UserError } from '../../core/errors.ts';
import type { SearchTerm } from '../../core/search-term.ts';
import { parseSearchTerm } from '../../core/search-term.ts';
import { createBoundedPattern, PatternSyntaxError, PatternTimeoutError } from '../../platform/bounded-pattern.ts';
import type { Command, CommandContext } from '../command.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import { usualFormats } from '../output.ts';
import { printable } from '../render/printable.ts';
import { formatCount, formatCounted } from '../render/quantity.ts';
import { missingKey } from '../restore-command.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readSelection } from '../read-selection.ts';

/** What a regular expression may take for some hundred resources. */
const PATTERN_LIMIT_MS = 2_000;

type Document = OutputDocument<'find'>;

export const find: Command = {
  arguments: [
    { name: 'POINT', summary: 'an id, a unique prefix of it, a time, or latest' },
    { name: 'TERM', summary: 'FIELD=VALUE or FIELD~REGEX; several must all match', many: true },
  ],
  options: [...selectionOptions, verbOptions.reveal],
  // A value that is searched for may be the secret itself.
  audit: { effect: 'reveals', whenSwitch: 'reveal', conceals: ['TERM'] },
  formats: [...usualFormats, 'ndjson'],
  details: [
    'FIELD is a path as in the JSON that `cat` prints: host, sSLInfo.enabled, attributes[tier].value; in an array any',
    'element may match. bundle.file stands for the lines of the files in a bundle. A regular expression is found anywhere in',
    'the value unless it has ^ or $, (?i) in front ignores case, and one that takes too long is stopped. Needs reader.key.',
    'Sealed secrets match nothing unless --reveal, which needs restorer.key; what looks like a credential is shown as ***.',
    'Nothing found is exit code 0.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast find latest host=payments.internal --kinds target-server',
    "holdfast find latest 'attributes[tier].value~(?i)gold' status=approved",
    "holdfast find latest 'bundle.file~<VerifyAPIKey' --only 'apis/**' -o ndjson",
  ],
  async run(context) {
    const { house, flags, output, argument, listArgument, clock, progress } = context;
    const terms = listArgument('TERM').map(parseSearchTerm);
    assertOneSort(terms);
    const selection = readSelection(flags);
    const matchers = new Map(
      terms.filter(({ test }) => test === 'matches').map(({ operand }) => [operand, matcherOf(operand)]),
    );
    const reveal = flags.is('reveal');
    const vault = await house.openVault();
    if (!vault.abilities.readConfig) throw missingKey('Searching', 'reader.key');
    if (reveal && !vault.abilities.readSecrets) throw missingKey('--reveal', 'restorer.key');
    const organization = await resolveOrganization(vault, flags.find('org'));
    const point = await resolvePoint(vault, organization, argument('POINT'), { nowMs: clock.epochMs(), progress });
    if (reveal) progress.warn('--reveal opens secrets with restorer.key, searches them and prints what matches.');
    // Which fields, not what was looked for in them.
    const fields = terms.map(({ text, operand }) => text.slice(0, -operand.length - 1));
    await context.audit.declare({ organization, point: point.details.id, fields });
    progress.phase('searching');
    const search = findResources(
      { matcherOf: (pattern) => matchers.get(pattern) ?? matcherOf(pattern), progress },
      { point, selection, terms, reveal },
    );
    let found = 0;
    const revealed: string[] = [];
    await output.list<FoundResource>({
      head: {
        schema: 'holdfast/find/1',
        organization,
        point: point.details.id,
        terms: terms.map(({ text }) => text),
        revealed: reveal,
      } satisfies Omit<Document, 'resources' | 'searched' | 'binaryFiles' | 'notSearched'>,
      field: 'resources',
      items: search.found,
      describe: (item) => {
        found += 1;
        if (reveal) revealed.push(item.entry.id);
        return describeFound(item);
      },
      render: (item) => {
        found += 1;
        if (reveal) revealed.push(item.entry.id);
        progress.clear();
        return renderFound(item);
      },
      tail: () => tailOf(search),
    });
    context.audit.note({ ids: revealed });
    progress.clear();
    sayWhatWasSearched(context, search, found);
    return 0;
  },
};

/** A bundle has no fields and everything else no files, so both at once would find nothing for certain. */
function assertOneSort(terms: readonly SearchTerm[]): void {
  if (new Set(terms.map(({ of }) => of)).size < 2) return;
  throw new UserError({
    code: 'USAGE',
    message: 'No resource has fields and files of a bundle at once.',
    next: 'Search for bundle.file and for the other fields in two runs; --only chooses by id.',
  });
}

function matcherOf(source: string): (texts: readonly string[]) => readonly boolean[] {
  try {
    const matches = createBoundedPattern(source, PATTERN_LIMIT_MS);
    return (texts) => {
      try {
        return matches(texts);
      } catch (cause) {
        if (!(cause instanceof PatternTimeoutError)) throw cause;
        throw new UserError({
          code: 'USAGE',
          message: `The regular expression "${source}" takes too long (more than ${PATTERN_LIMIT_MS / 1000} s for a few hundred resources), so it was stopped.`,
          next: 'Avoid repetitions inside repetitions, such as (a+)+, or choose fewer resources with --only or --kinds.',
          cause,
        });
      }
    };
  } catch (cause) {
    if (!(cause instanceof PatternSyntaxError)) throw cause;
    throw new UserError({
      code: 'USAGE',
      message: `"${source}" is no regular expression: ${cause.message}.`,
      next: 'Put \\ before characters that are meant as they are: . * + ? ( ) [ ] { } | ^ $ \\.',
      cause,
    });
  }
}

function describeFound({ entry, matches }: FoundResource): Document['resources'][number] {
  const { id, kind, label } = entry;
  return { id, kind, ...(label === undefined ? {} : { label }), matches };
}

function renderFound({ entry, matches }: FoundResource): string {
  const { id, kind, label } = entry;
  const named = label === undefined || id.endsWith(label) ? '' : ` (${label})`;
  const lines = matches.map(({ at, value }) => `    ${printable(at)}: ${printable(value.trim())}`);
  return `${[`${kind}  ${printable(id + named)}`, ...lines].join('\n')}\n`;
}

function tailOf(search: Search): Pick<Document, 'searched' | 'binaryFiles' | 'notSearched'> {
  return { searched: search.searched(), binaryFiles: search.binaryFiles(), notSearched: search.notSearched };
}

function sayWhatWasSearched({ progress }: CommandContext, search: Search, found: number): void {
  const binary = search.binaryFiles();
  progress.note(
    `${formatCount(found)} of ${formatCounted(search.searched(), 'resource')} ${found === 1 ? 'matches' : 'match'}${binary === 0 ? '' : `; ${formatCounted(binary, 'file')} that are no text were not searched`}.`,
  );
  for (const { kind, at, reason } of search.notSearched)
    progress.warn(`Not searched: ${at === '' ? `every ${kind}` : at}: ${reason}`);
}
