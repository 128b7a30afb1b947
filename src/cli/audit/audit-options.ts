import type { OptionDefinition } from '../option-definition.ts';

/** The options of `holdfast audit`. */
export const auditVerbOptions = {
  since: { name: 'since', value: 'TIME', summary: 'from this instant or day on, or so long ago: 7d, 12h, 30m' },
  until: { name: 'until', value: 'TIME', summary: 'before this instant or day, or so long ago' },
  action: { name: 'action', value: 'NAME', summary: 'only this action: backup, restore, cat, key …' },
  principal: { name: 'principal', value: 'TEXT', summary: 'only of whom, or of which host, this is a part' },
  result: {
    name: 'result',
    value: 'RESULT',
    summary: 'only those that ended so',
    choices: ['done', 'partial', 'refused', 'failed', 'open'],
  },
  lines: { name: 'lines', value: 'N', summary: 'tail: how many actions', default: '20' },
  auditFormat: {
    name: 'format',
    value: 'FORM',
    summary: 'export: lines of JSON, of OCSF events, or CEF',
    choices: ['jsonl', 'ocsf', 'cef'],
    default: 'jsonl',
  },
  heads: {
    name: 'heads',
    value: 'FILE',
    many: 'blanks',
    summary:
      'verify: a file with heads that were kept outside the vault, such as what `backup -o json` printed (repeatable)',
  },
  evidenceFrom: { name: 'from', value: 'TIME', summary: 'evidence: begin of the time it is about' },
  evidenceTo: { name: 'to', value: 'TIME', summary: 'evidence: end of it (default: now)' },
  objective: {
    name: 'objective',
    value: 'DURATION',
    summary: 'evidence: longest time between two whole backups, as 24h or 7d',
    config: ['objective'],
    default: '24h',
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;
