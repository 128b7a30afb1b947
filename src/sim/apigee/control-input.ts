import type { Fault, FaultRule } from '../control/fault-plan.ts';
import type { TokenRule } from './access-tokens.ts';
import { type Document, documentIn, isDocument, textIn, textsIn } from './document.ts';
import type { RuntimeRequest } from './runtime-check.ts';
import { type SeedName, seedNames } from './seeds/index.ts';
import { type SimulatorSwitches, switchValues } from './switches.ts';

/** A non-negative number in a field of a control's body. */
export function readNumber(body: Document, field: string): number {
  const value = body[field];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new TypeError(`${field} must be a number that is not negative`);
  }
  return value;
}

export function readSeed(value: unknown): SeedName {
  const name = seedNames.find((candidate) => candidate === value);
  if (name === undefined) throw new TypeError(`seed must be one of ${seedNames.join(', ')}`);
  return name;
}

/** The fields of a body that the model has, with values of the model's types; an unknown field is refused. */
export function readPartial<Model extends object>(body: Document, model: Model): Partial<Model> {
  for (const [field, value] of Object.entries(body)) {
    const known = Object.entries(model).find(([name]) => name === field);
    if (known === undefined) throw new TypeError(`${field} is not one of ${Object.keys(model).join(', ')}`);
    if (typeof value !== typeof known[1]) throw new TypeError(`${field} must be a ${typeof known[1]}`);
  }
  // Every field was just found in the model with a value of the same type.
  return body as Partial<Model>;
}

/** Switches by name, each with a value that it has. */
export function readSwitches(body: Document, standing: SimulatorSwitches): Partial<SimulatorSwitches> {
  const read = readPartial(body, standing);
  for (const [name, values] of Object.entries<readonly unknown[]>(switchValues)) {
    const value: unknown = body[name];
    if (typeof value !== 'string' || values.includes(value)) continue;
    throw new TypeError(`${name} must be one of ${values.join(', ')}`);
  }
  return read;
}

export function readTokenRule(body: Document): TokenRule {
  return {
    ...(body['valid'] === undefined ? {} : { valid: textsIn(body, 'valid') }),
    ...(body['readOnly'] === undefined ? {} : { readOnly: textsIn(body, 'readOnly') }),
  };
}

export function readRuntimeRequest(body: Document): RuntimeRequest {
  for (const field of ['apiKey', 'environment', 'proxy']) {
    if (textIn(body, field) === '') throw new TypeError(`${field} is required`);
  }
  return {
    apiKey: textIn(body, 'apiKey'),
    environment: textIn(body, 'environment'),
    proxy: textIn(body, 'proxy'),
    ...(textIn(body, 'path') === '' ? {} : { path: textIn(body, 'path') }),
  };
}

/** A fault plan from JSON, in the form of `FaultRule`. */
export function readFaults(value: unknown): readonly FaultRule[] {
  if (!Array.isArray(value)) throw new TypeError('rules must be a list');
  return value.map((rule: unknown) => {
    if (!isDocument(rule)) throw new TypeError('a rule must be an object');
    return {
      fault: readFault(documentIn(rule, 'fault')),
      ...optionalText(rule, 'http'),
      ...optionalText(rule, 'route'),
      ...optionalText(rule, 'path'),
      ...optionalNumber(rule, 'nth'),
      ...optionalNumber(rule, 'probability'),
      ...optionalNumber(rule, 'count'),
    };
  });
}

function readFault(fault: Document): Fault {
  const kind = textIn(fault, 'kind');
  switch (kind) {
    case 'status':
      return {
        kind,
        status: readNumber(fault, 'status'),
        ...optionalNumber(fault, 'retryAfterSeconds'),
        ...optionalText(fault, 'message'),
      };
    case 'drop': {
      const when = fault['when'];
      if (when !== 'before-commit' && when !== 'after-commit') {
        throw new TypeError('when must be before-commit or after-commit');
      }
      return { kind, when };
    }
    case 'slow':
      return { kind, delayMs: readNumber(fault, 'delayMs') };
    case 'html':
      return { kind, status: readNumber(fault, 'status') };
    case 'truncate':
    case 'expired-token':
    case 'repeat-page':
    case 'skip-page':
    case 'vanish':
      return { kind };
    default:
      throw new TypeError(`there is no fault "${kind}"`);
  }
}

function optionalText<Name extends string>(rule: Document, name: Name): { readonly [key in Name]?: string } {
  const value = rule[name];
  if (value === undefined) return {};
  if (typeof value !== 'string') throw new TypeError(`${name} must be text`);
  // The computed key is `Name`, which the type of a computed property cannot say.
  return { [name]: value } as { readonly [key in Name]?: string };
}

function optionalNumber<Name extends string>(rule: Document, name: Name): { readonly [key in Name]?: number } {
  if (rule[name] === undefined) return {};
  // The computed key is `Name`, which the type of a computed property cannot say.
  return { [name]: readNumber(rule, name) } as { readonly [key in Name]?: number };
}
