/** What a condition or a mapping of a provider looks at: `assertion`, `google`, `attribute` and their fields. */
export type CelScope = { readonly [name: string]: unknown };

type Evaluate = (scope: CelScope) => unknown;

const TOKENS = /\s*(?:(&&|\|\||==|!=|[!()[\],])|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\d+)|([A-Za-z_][\w.]*)|(\S))/gy;
const METHODS = ['startsWith', 'endsWith', 'contains'] as const;

/**
 * The part of CEL that conditions of workload identity providers are written in: fields, texts, numbers, lists, `==`, `!=`,
 * `in`, `&&`, `||`, `!`, parentheses, `startsWith`, `endsWith`, `contains`. RangeError for anything else.
 */
export function parseCel(text: string): Evaluate {
  const parser = new Parser(tokensOf(text), text);
  return parser.whole();
}

/** True when the condition holds. A field that the token does not have fails it, as an error of CEL would. */
export function holds(condition: string, scope: CelScope): boolean {
  try {
    return parseCel(condition)(scope) === true;
  } catch (error) {
    if (error instanceof MissingField) return false;
    throw error;
  }
}

class MissingField extends Error {}

interface Token {
  readonly type: 'sign' | 'text' | 'number' | 'name';
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, sign, quoted, number, name, other] of text.matchAll(TOKENS)) {
    if (other !== undefined) throw new RangeError(`${other} is not modelled in ${text}`);
    if (sign !== undefined) tokens.push({ type: 'sign', text: sign });
    else if (quoted !== undefined) tokens.push({ type: 'text', text: quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (name !== undefined) tokens.push({ type: 'name', text: name });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  whole(): Evaluate {
    const expression = this.#either();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return expression;
  }

  #either(): Evaluate {
    let left = this.#both();
    while (this.#takes('||')) {
      const [one, other] = [left, this.#both()];
      left = (scope) => one(scope) === true || other(scope) === true;
    }
    return left;
  }

  #both(): Evaluate {
    let left = this.#relation();
    while (this.#takes('&&')) {
      const [one, other] = [left, this.#relation()];
      left = (scope) => one(scope) === true && other(scope) === true;
    }
    return left;
  }

  #relation(): Evaluate {
    const left = this.#unary();
    if (this.#takes('==')) {
      const right = this.#unary();
      return (scope) => left(scope) === right(scope);
    }
    if (this.#takes('!=')) {
      const right = this.#unary();
      return (scope) => left(scope) !== right(scope);
    }
    if (!this.#takesName('in')) return left;
    const right = this.#unary();
    return (scope) => {
      const list = right(scope);
      return Array.isArray(list) && list.includes(left(scope));
    };
  }

  #unary(): Evaluate {
    if (!this.#takes('!')) return this.#primary();
    const inner = this.#unary();
    return (scope) => inner(scope) !== true;
  }

  #primary(): Evaluate {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#unexpected();
    this.#at += 1;
    if (token.type === 'text') return () => token.text;
    if (token.type === 'number') return () => Number(token.text);
    if (token.type === 'name') return this.#named(token.text);
    if (token.text === '(') {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') {
      const items = this.#list(']');
      return (scope) => items.map((item) => item(scope));
    }
    this.#at -= 1;
    throw this.#unexpected();
  }

  #named(name: string): Evaluate {
    if (name === 'true' || name === 'false') return () => name === 'true';
    const method = METHODS.find((known) => name.endsWith(`.${known}`));
    if (method === undefined || !this.#takes('(')) return (scope) => fieldOf(scope, name);
    const [argument, ...others] = this.#list(')');
    if (argument === undefined || others.length > 0) throw this.#unexpected();
    const owner = name.slice(0, -method.length - 1);
    return (scope) => {
      const [text, part] = [fieldOf(scope, owner), argument(scope)];
      if (typeof text !== 'string' || typeof part !== 'string') return false;
      if (method === 'startsWith') return text.startsWith(part);
      return method === 'endsWith' ? text.endsWith(part) : text.includes(part);
    };
  }

  #list(end: string): Evaluate[] {
    const items: Evaluate[] = [];
    while (!this.#takes(end)) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#either());
    }
    return items;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #takesName(name: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'name' || token.text !== name) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#unexpected();
  }

  #unexpected(): RangeError {
    const found = this.#tokens[this.#at]?.text ?? 'the end';
    return new RangeError(`${found} is not understood in ${this.#source}`);
  }
}

function fieldOf(scope: CelScope, path: string): unknown {
  let value: unknown = scope;
  for (const name of path.split('.')) {
    const fields: unknown =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value : undefined;
    if (fields === undefined) throw new MissingField(`there is no ${path}`);
    value = (fields as { readonly [name: string]: unknown })[name];
  }
  return value;
}
