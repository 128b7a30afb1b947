import type { Command } from '../command.ts';
import { comparisonFormats, runComparison } from '../compare-command.ts';
import { selectionOptions, verbOptions } from '../options.ts';

export const diff: Command = {
  arguments: [
    { name: 'BEFORE', summary: 'a point: an id, a unique prefix of it, a time, or latest' },
    { name: 'AFTER', summary: 'another point, or live' },
  ],
  options: [...selectionOptions, verbOptions.revisions],
  formats: comparisonFormats,
  details: [
    'Shows which resources differ (writer.key), and with reader.key which fields and files. Secrets show as changed.',
    'What could not be read is unknown, never a deletion; so is a revision that the newer of two points may have left out by',
    '--revisions. Exit code 2 for differences, 3 for nothing but unknowns.',
    'With -o ndjson each difference is a line; markdown is for comments, junit and sarif are for CI systems.',
    'Where the selection matches nothing on either side, it says so, and the exit code is 0.',
    'What a rule under `ignore` in holdfast.yaml covers is counted apart and has no influence on the exit code.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast diff 2026-01-01 latest', "holdfast diff latest live --only 'apis/**'"],
  run: (context) =>
    runComparison(context, 'diff', { before: context.argument('BEFORE'), after: context.argument('AFTER') }),
};
