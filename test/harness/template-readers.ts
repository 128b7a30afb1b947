import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A resource as a template declares it, whatever its language. */
export interface DeclaredResource {
  /** Below the resource group's `/providers/`. */
  readonly address: string;
  readonly type: string;
  readonly apiVersion: string;
  /** With `<principal>` for the identity of the vault. */
  readonly body: Readonly<Record<string, unknown>>;
}

const PRINCIPAL = '<principal>';

/** UserError-like: an assertion with the place of the first syntax error. */
async function parse(grammar: string, text: string): Promise<Node> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve(grammar)));
  const root = parser.parse(text)?.rootNode;
  assert.ok(root !== undefined);
  const wrong = root.hasError ? findError(root) : undefined;
  assert.equal(wrong, undefined, `syntax error near: ${wrong?.text.slice(0, 80)}`);
  return root;
}

function findError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  for (const child of node.children) {
    const found = findError(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(node: Node | null | undefined): readonly Node[] {
  return (node?.namedChildren ?? []).filter((child) => child.type !== 'comment');
}

function first(node: Node | undefined): Node {
  const [child] = named(node);
  assert.ok(child !== undefined, `nothing in ${node?.text}`);
  return child;
}

/** `Type/sub` and names to `Type/NAME/sub/NAME`. */
function addressOf(type: string, names: readonly string[]): string {
  const [namespace = '', ...kinds] = type.split('/');
  return [namespace, ...kinds.flatMap((kind, index) => [kind, names[index] ?? ''])].join('/');
}

export function readArm(text: string): readonly DeclaredResource[] {
  const template = JSON.parse(text) as { readonly resources: readonly Readonly<Record<string, unknown>>[] };
  return template.resources.map(({ type, apiVersion, name, scope, dependsOn: _needs, ...body }) => {
    const own = addressOf(String(type), String(name).split('/'));
    const address = typeof scope === 'string' ? `${scope}/providers/${own}` : own;
    const plain = JSON.stringify(body).replaceAll(/"\[reference\([^"]*principalId\]"/g, `"${PRINCIPAL}"`);
    return {
      address,
      type: String(type),
      apiVersion: String(apiVersion),
      body: JSON.parse(plain) as DeclaredResource['body'],
    };
  });
}

// ------------------------------------------------------------------------------------------------------------ Bicep

export async function readBicep(text: string): Promise<readonly DeclaredResource[]> {
  const root = await parse('tree-sitter-bicep/tree-sitter-bicep.wasm', text);
  const addresses = new Map<string, string>();
  const declared: DeclaredResource[] = [];
  for (const node of named(root)) {
    assert.equal(node.type, 'resource_declaration', node.text);
    const [symbol, typeNode, objectNode] = named(node);
    const [type = '', apiVersion = ''] = String(bicepValue(typeNode)).split('@');
    const {
      name,
      parent,
      scope,
      dependsOn: _needs,
      ...body
    } = bicepValue(objectNode) as Readonly<Record<string, unknown>>;
    const above = typeof parent === 'string' ? addresses.get(parent.slice(1)) : undefined;
    assert.equal(
      above === undefined,
      parent === undefined,
      `${symbol?.text} names a parent that is not declared above`,
    );
    const kind = type.split('/').at(-1) ?? '';
    const own = above === undefined ? addressOf(type, [String(name)]) : `${above}/${kind}/${String(name)}`;
    const address = typeof scope === 'string' ? `${addresses.get(scope.slice(1))}/providers/${own}` : own;
    addresses.set(symbol?.text ?? '', address);
    if (!/'\s+existing\s+=/.test(node.text)) declared.push({ address, type, apiVersion, body });
  }
  return declared;
}

function bicepValue(node: Node | undefined): unknown {
  assert.ok(node !== undefined);
  switch (node.type) {
    case 'string':
      return node.text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    case 'array':
      return named(node).map(bicepValue);
    case 'object':
      return Object.fromEntries(
        named(node).map((property) => {
          const [key, value] = named(property);
          return [key?.text, bicepValue(value)];
        }),
      );
    case 'member_expression':
      assert.equal(node.text, 'vault.identity.principalId');
      return PRINCIPAL;
    case 'identifier':
      return `=${node.text}`;
    default:
      throw new Error(`no value: ${node.type} ${node.text}`);
  }
}

// -------------------------------------------------------------------------------------------------------- Terraform

export async function readTerraform(text: string): Promise<readonly DeclaredResource[]> {
  const root = await parse('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm', text);
  const blocks = named(first(root)).filter((node) => first(node).text === 'resource');
  const vault = blocks.find((node) => labelsOf(node)[1] === 'vault');
  assert.ok(vault !== undefined);
  return blocks.map((node) => {
    const { type, name, parent_id: parent, body, identity, location } = attributesOf(node);
    const [kind = '', apiVersion = ''] = String(type).split('@');
    const above = parent === '=azapi_resource.vault.id' ? vaultAddress(attributesOf(vault)) : below(String(parent));
    const last = kind
      .split('/')
      .slice(kind.startsWith(`${above.split('/')[0]}/`) ? -1 : 0)
      .join('/');
    const address = /roleAssignments/.test(kind)
      ? `${above}/providers/${kind}/${String(name)}`
      : above === ''
        ? `${kind}/${String(name)}`
        : `${above}/${last}/${String(name)}`;
    const extra = {
      ...(location === undefined ? {} : { location }),
      ...(identity === undefined ? {} : { identity }),
    };
    return { address, type: kind, apiVersion, body: { ...extra, ...(body as Readonly<Record<string, unknown>>) } };
  });
}

function vaultAddress({ name }: Readonly<Record<string, unknown>>): string {
  return `Microsoft.DataProtection/backupVaults/${String(name)}`;
}

/** Below the group; '' for the group itself. */
function below(id: string): string {
  return /\/providers\/(.*)$/.exec(id)?.[1] ?? '';
}

function labelsOf(block: Node): readonly string[] {
  return named(block)
    .filter(({ type }) => type === 'string_lit')
    .map(({ text }) => text.slice(1, -1));
}

function attributesOf(block: Node): Readonly<Record<string, unknown>> {
  const body = named(block).find(({ type }) => type === 'body');
  return Object.fromEntries(
    named(body).map((node) => {
      if (node.type === 'block') return [first(node).text, attributesOf(node)];
      const [key, value] = named(node);
      return [key?.text, hclValue(value)];
    }),
  );
}

function hclValue(node: Node | undefined): unknown {
  assert.ok(node !== undefined);
  switch (node.type) {
    case 'expression':
      if (named(node).length === 1) return hclValue(first(node));
      return node.text === 'azapi_resource.vault.identity[0].principal_id' ? PRINCIPAL : `=${node.text}`;
    case 'literal_value':
    case 'collection_value':
      return hclValue(first(node));
    case 'string_lit':
      return JSON.parse(node.text) as string;
    case 'numeric_lit':
      return Number(node.text);
    case 'bool_lit':
      return node.text === 'true';
    case 'tuple':
      return named(node)
        .filter(({ type }) => type === 'expression')
        .map(hclValue);
    case 'object':
      return Object.fromEntries(
        named(node)
          .filter(({ type }) => type === 'object_elem')
          .map((element) => {
            const [key, value] = named(element);
            return [key?.text, hclValue(value)];
          }),
      );
    case 'variable_expr':
      return `=${node.text}`;
    default:
      throw new Error(`no value: ${node.type} ${node.text}`);
  }
}
