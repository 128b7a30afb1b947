import { messageOf } from './ocsf.ts';
import { factText, type SiemEvent } from './siem-event.ts';

/** Most characters of a value, by its key in the extension dictionary of the Common Event Format. */
const longest: Readonly<Record<string, number>> = {
  act: 63,
  cat: 1023,
  externalId: 40,
  flexString1: 1023,
  flexString2: 1023,
  msg: 1023,
  outcome: 63,
  reason: 1023,
  shost: 1023,
  suser: 1023,
};
const LONGEST_CUSTOM = 4000;
const LONGEST_NAME = 512;

type Labelled = readonly [name: string, value: string | undefined];

/** The line of a record in the Common Event Format, version 0. What is longer than its field is cut, with a mark at its end. */
export function toCef(event: SiemEvent): string {
  const { identities } = event;
  const header = [
    'CEF:0',
    'Holdfast',
    'Holdfast',
    event.version,
    `${event.action.replaceAll(' ', '-')}:${event.event}`,
    cut(`${event.action} ${event.event}`, LONGEST_NAME),
    String(severityOf(event)),
  ];
  const custom: readonly Labelled[] = [
    ['organization', event.organization],
    ['point', findFact(event, 'point')],
    ['planHash', findFact(event, 'planHash')],
    ['signer', event.signer],
    ['breakGlass', event.breakGlass],
    ['batch', event.batch],
  ];
  const extension: readonly Labelled[] = [
    ['rt', String(event.atMs)],
    // The field takes 40 characters; the hash begins with these.
    ['externalId', event.uid.slice(0, 40)],
    ['cat', event.effect],
    ['act', event.action],
    ['outcome', event.outcome],
    ['reason', event.reason],
    ['suser', event.user],
    ['shost', event.host],
    ['spid', event.process === undefined ? undefined : String(event.process)],
    ['msg', messageOf(event)],
    ...labelled('cs', custom),
    ...labelled('flexString', [
      ['identity', identities.map(({ identity }) => identity).join('; ') || undefined],
      ['issuer', identities.flatMap(({ issuer }) => issuer ?? []).join('; ') || undefined],
    ]),
  ];
  const shown = extension.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeValue(cut(value, longest[key] ?? LONGEST_CUSTOM))}`],
  );
  return `${header.map((field, index) => (index === 0 ? field : escapeHeader(field))).join('|')}|${shown.join(' ')}`;
}

/** Fields that have no meaning of their own in the format: `cs1Label=organization cs1=acme-prod`. */
function labelled(field: string, values: readonly Labelled[]): Labelled[] {
  return values.flatMap(([label, value], index): Labelled[] =>
    value === undefined
      ? []
      : [
          [`${field}${index + 1}Label`, label],
          [`${field}${index + 1}`, value],
        ],
  );
}

/** 0 to 3 is low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
function severityOf({ breakGlass, outcome, effect }: SiemEvent): number {
  if (breakGlass !== undefined) return 8;
  if (outcome === 'failure') return 5;
  return effect === 'reveals' ? 4 : 2;
}

function findFact({ facts }: SiemEvent, name: string): string | undefined {
  const value = facts[name];
  return value === undefined ? undefined : factText(value);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** In the header a bar and a backslash are escaped, and there is no line break. */
function escapeHeader(text: string): string {
  return text.replaceAll(/[\\|]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, ' ');
}

/** In a value an equals sign and a backslash are escaped, and line breaks are written as letters. */
function escapeValue(text: string): string {
  return text
    .replaceAll(/[\\=]/g, (sign) => `\\${sign}`)
    .replaceAll('\r\n', '\\n')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
