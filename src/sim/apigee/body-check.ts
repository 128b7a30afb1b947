import { invalidArgument } from './api-error.ts';
import { type Document, isDocument } from './document.ts';
import { schemaTable } from './schema-table.ts';

interface Finding {
  readonly field: string;
  readonly description: string;
}

interface Place {
  readonly path: string;
  readonly findings: Finding[];
}

const kept = Symbol('kept');

/**
 * Checks a request body against the API description, as the service does before any rule of its own: unknown fields and
 * wrong types are refused with 400 and a BadRequest detail; read-only fields are accepted and dropped. The answer is the
 * body as it would be stored: without read-only, unset (null) and empty-list fields, int64 as strings.
 */
export function checkedBody(schema: string, body: unknown): Document {
  if (body === undefined) return {};
  if (!isDocument(body)) throw invalidArgument('Invalid JSON payload received. Root element must be a message.');
  const findings: Finding[] = [];
  const checked = checkedMessage(schema, body, { path: '', findings });
  const first = findings[0];
  if (first !== undefined) {
    throw invalidArgument(findings.map((finding) => finding.description).join('\n'), findings);
  }
  return checked;
}

/** Refuses a body in which a field is missing or empty. */
export function assertPresent(body: Document, fields: readonly string[]): void {
  for (const field of fields) {
    const value = body[field];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
      throw invalidArgument(`${field} is required`, [{ field, description: `${field} is required` }]);
    }
  }
}

function checkedMessage(schema: string, body: Document, place: Place): Document {
  const fields = schemaTable[schema];
  if (fields === undefined) throw new Error(`no schema ${schema}`);
  const checked: Document = {};
  for (const [name, value] of Object.entries(body)) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const code = fields[name];
    if (code === undefined) {
      const where = place.path === '' ? '' : ` at '${place.path}'`;
      const description = `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
      place.findings.push({ field: place.path, description });
      continue;
    }
    if (value === null) continue;
    const result = checkedValue(code.replace(/[!~<^]+$/, ''), value, { path, findings: place.findings });
    if (!code.includes('~') && result !== undefined) checked[name] = result;
  }
  return checked;
}

/** The value as stored; undefined when it is to be left out or was refused. */
function checkedValue(code: string, value: unknown, place: Place): unknown {
  if (code.startsWith('[')) return checkedList(code.slice(1), value, place);
  if (code.startsWith('{')) return checkedMap(code.slice(1), value, place);
  if (code.startsWith('@')) {
    if (isDocument(value)) return checkedMessage(code.slice(1), value, place);
    return refused(place, 'a message', value);
  }
  if (code.startsWith('e:')) {
    return typeof value === 'string' && code.slice(2).split('|').includes(value)
      ? value
      : refused(place, 'enum', value);
  }
  const scalar = checkedScalar(code, value);
  if (scalar === kept) return value;
  return scalar === undefined ? refused(place, scalarNames[code] ?? code, value) : scalar;
}

const scalarNames: { readonly [code: string]: string } = {
  s: 'TYPE_STRING',
  b: 'TYPE_BOOL',
  i: 'TYPE_INT32',
  l: 'TYPE_INT64',
  d: 'TYPE_DOUBLE',
};

function checkedScalar(code: string, value: unknown): unknown {
  if (code === '*') return kept;
  if (code === 's') return typeof value === 'string' ? value : undefined;
  if (code === 'b') return typeof value === 'boolean' ? value : undefined;
  if (code === 'd') return typeof value === 'number' ? value : undefined;
  const digits = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^-?\d{1,19}$/.test(digits)) return undefined;
  if (code === 'l') return digits;
  const integer = Number(digits);
  return Math.abs(integer) <= 2_147_483_648 ? integer : undefined;
}

function checkedList(code: string, value: unknown, place: Place): unknown {
  if (!Array.isArray(value)) return refused(place, 'a list', value);
  if (value.length === 0) return undefined;
  return value.map((item: unknown, index) => checkedValue(code, item, { ...place, path: `${place.path}[${index}]` }));
}

function checkedMap(code: string, value: unknown, place: Place): unknown {
  if (!isDocument(value)) return refused(place, 'a map', value);
  const checked: Document = {};
  for (const [key, item] of Object.entries(value)) {
    checked[key] = checkedValue(code, item, { ...place, path: `${place.path}[${key}]` });
  }
  return checked;
}

function refused(place: Place, expected: string, value: unknown): undefined {
  const shown = JSON.stringify(value).slice(0, 80);
  const description = `Invalid value at '${place.path}' (${expected}), ${shown}`;
  place.findings.push({ field: place.path, description });
  return undefined;
}
