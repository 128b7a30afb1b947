import { dataProtectionTypes } from './arm-types-data-protection.ts';
import { operationTypes } from './arm-types-operations.ts';
import { storageTypes } from './arm-types-storage.ts';

/**
 * Types of resource manager bodies. A type is written as its fields, `name:code`; `*` as a name stands for any name. A code:
 * `s` string, `b` boolean, `i` integer, `*` anything, `=A|B` one of these words, `@Name` another type; `[` before it: list of,
 * `{` before it: map of; after it: `!` required, `~` read-only. A type that begins with `%field=A|B` is told by that field: it
 * has its own fields and those of the type that the field names.
 */
export type Direction = 'request' | 'patch' | 'answer';

type TableName = 'data-protection' | 'storage';

// What both describe differs between them, so the one that a route belongs to is asked first.
const tables: Readonly<Record<TableName, readonly Readonly<Record<string, string>>[]>> = {
  'data-protection': [dataProtectionTypes, operationTypes],
  storage: [storageTypes, operationTypes],
};

/** What a body breaks of its type; a word that is none of an enumeration counts, although the service would take it. */
export function checkArmBody(type: string, body: unknown, direction: Direction): readonly string[] {
  const table = type.startsWith('Microsoft.Storage/') ? tables.storage : tables['data-protection'];
  return checkType({ table, direction }, type, body, 'body');
}

interface Check {
  readonly table: readonly Readonly<Record<string, string>>[];
  readonly direction: Direction;
}

interface Field {
  readonly name: string;
  readonly code: string;
  readonly required: boolean;
  readonly readOnly: boolean;
}

interface TypeShape {
  readonly fields: readonly Field[];
  readonly discriminator: string | undefined;
  readonly variants: readonly string[];
}

function shapeOf({ table }: Check, type: string): TypeShape {
  const text = table.map((part) => part[type]).find((found) => found !== undefined);
  if (text === undefined) throw new Error(`The simulator has no type ${type}.`);
  const words = text.split(' ').filter((word) => word !== '');
  const told = words[0]?.startsWith('%') === true ? words.shift() : undefined;
  const [discriminator, variants = ''] = told?.slice(1).split('=') ?? [];
  return { fields: words.map(parseField), discriminator, variants: variants.split('|') };
}

function parseField(word: string): Field {
  const colon = word.indexOf(':');
  const flags = /[!~]*$/.exec(word)?.[0] ?? '';
  return {
    name: word.slice(0, colon),
    code: word.slice(colon + 1, word.length - flags.length),
    required: flags.includes('!'),
    readOnly: flags.includes('~'),
  };
}

function checkType(check: Check, type: string, value: unknown, at: string): string[] {
  if (!isRecord(value)) return [`${at} is not an object (${type})`];
  const shape = shapeOf(check, type);
  if (shape.discriminator === undefined) return checkFields(check, shape.fields, value, at);
  const named = value[shape.discriminator];
  if (typeof named !== 'string' || !shape.variants.includes(named)) {
    return [`${at}.${shape.discriminator} is ${JSON.stringify(named)}, not one of ${shape.variants.join(', ')}`];
  }
  return checkFields(check, [...shape.fields, ...shapeOf(check, named).fields], value, at);
}

function checkFields(
  check: Check,
  fields: readonly Field[],
  value: Readonly<Record<string, unknown>>,
  at: string,
): string[] {
  const isWhole = at === 'body';
  const any = fields.find(({ name }) => name === '*');
  const problems: string[] = [];
  for (const [name, item] of Object.entries(value)) {
    const field = fields.find((one) => one.name === name) ?? any;
    if (field === undefined) problems.push(`${at}.${name} is not a field`);
    else if (field.readOnly && check.direction !== 'answer') problems.push(`${at}.${name} is read-only`);
    else problems.push(...checkCode(check, field.code, item, `${at}.${name}`));
  }
  if (check.direction === 'patch') return problems;
  for (const { name, required } of fields) {
    // The name of a resource stands in its address.
    if (!required || name in value || (isWhole && name === 'name')) continue;
    problems.push(`${at}.${name} is missing`);
  }
  return problems;
}

function checkCode(check: Check, code: string, value: unknown, at: string): string[] {
  switch (code[0]) {
    case '[':
      if (!Array.isArray(value)) return [`${at} is not a list`];
      return value.flatMap((item, index) => checkCode(check, code.slice(1), item, `${at}[${index}]`));
    case '{':
      if (!isRecord(value)) return [`${at} is not an object`];
      return Object.entries(value).flatMap(([name, item]) => checkCode(check, code.slice(1), item, `${at}.${name}`));
    case '@':
      return checkType(check, code.slice(1), value, at);
    case '=':
      return code.slice(1).split('|').includes(String(value)) ? [] : [`${at} is ${JSON.stringify(value)}, not ${code}`];
    case 's':
      return typeof value === 'string' ? [] : [`${at} is not a string`];
    case 'b':
      return typeof value === 'boolean' ? [] : [`${at} is not a boolean`];
    case 'i':
      return Number.isSafeInteger(value) ? [] : [`${at} is not an integer`];
    default:
      return [];
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
