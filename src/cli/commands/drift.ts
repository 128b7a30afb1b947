import type { Command } from '../command.ts';
import { comparisonFormats, runComparison } from '../compare-command.ts';
import { selectionOptions, verbOptions } from '../options.ts';

export const drift: Command = {
  arguments: [],
  options: [verbOptions.point, ...selectionOptions, verbOptions.revisions],
  formats: comparisonFormats,
  details: [
    'Compares the live organization with a point and changes nothing. writer.key is enough to see which resources',
    'differ. Exit code 2 for differences, 3 for nothing but unknowns. With -o ndjson each difference is a line; markdown',
    'is for comments, junit and sarif are for CI systems.',
    'A revision of the point is called removed only when all revisions of its proxy were read, whatever --revisions says.',
    'Where the selection matches nothing on either side, it says so, and the exit code is 0.',
    'What a rule under `ignore` in holdfast.yaml covers is counted apart and has no influence on the exit code.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast drift',
    'holdfast drift --point 2026-01-01 --preset gateway -o json',
    'holdfast drift -o sarif > drift.sarif',
  ],
  run: (context) => runComparison(context, 'drift', { before: context.flags.get('point'), after: 'live' }),
};
