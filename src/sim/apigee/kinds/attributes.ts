import { invalidArgument, notFound } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, documentsIn, textIn, withoutUnset } from '../document.ts';
import { listAnswer } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';

/** The published limit on products and developers. */
const attributeLimit = 18;

/** Refuses more attributes than the API takes, nameless ones and a name given twice. */
export function assertAttributes(body: Document): void {
  const attributes = documentsIn(body, 'attributes');
  if (attributes.length > attributeLimit) {
    throw invalidArgument(`${attributes.length} attributes exceed the limit of ${attributeLimit}`, [
      { field: 'attributes', description: `at most ${attributeLimit} attributes` },
    ]);
  }
  const names = attributes.map((attribute) => textIn(attribute, 'name'));
  if (names.includes('')) throw invalidArgument('attribute name is required');
  if (new Set(names).size !== names.length) throw invalidArgument('attribute names must be unique');
}

/** Where the attributes of one kind live. */
export interface AttributeHolder {
  /** `organizations.developers` for `organizations.developers.attributes.list` and its siblings. */
  readonly methods: string;
  /** `updateDeveloperAttribute`. */
  readonly updateOne: string;
  read(call: Call): Document;
  write(call: Call, holder: Document): void;
}

/** The attribute sub-resource of products, developers and apps: list, replace all, and one at a time. */
export function attributeRoutes(holder: AttributeHolder): readonly Route[] {
  return [
    {
      id: `${holder.methods}.attributes.list`,
      handle: (call) => {
        return listAnswer(call.organization.world.switches, 'attribute', documentsIn(holder.read(call), 'attributes'));
      },
    },
    {
      id: `${holder.methods}.attributes`,
      handle: (call) => {
        const document = holder.read(call);
        const attributes = documentsIn(checkedBody('Attributes', call.body), 'attribute');
        writeAttributes(call, { ...holder, read: () => document }, attributes);
        return listAnswer(call.organization.world.switches, 'attribute', attributes);
      },
    },
    {
      id: `${holder.methods}.attributes.get`,
      handle: (call) => ok(getAttribute(call, documentsIn(holder.read(call), 'attributes'))),
    },
    {
      id: `${holder.methods}.attributes.${holder.updateOne}`,
      handle: (call) => {
        const before = documentsIn(holder.read(call), 'attributes');
        const name = call.path['attributesId'] ?? '';
        const attribute = { ...checkedBody('Attribute', call.body), name };
        const at = before.findIndex((candidate) => candidate['name'] === name);
        writeAttributes(call, holder, at < 0 ? [...before, attribute] : before.with(at, attribute));
        return ok(attribute);
      },
    },
    {
      id: `${holder.methods}.attributes.delete`,
      handle: (call) => {
        const before = documentsIn(holder.read(call), 'attributes');
        const attribute = getAttribute(call, before);
        writeAttributes(
          call,
          holder,
          before.filter((candidate) => candidate !== attribute),
        );
        return ok(attribute);
      },
    },
  ];
}

function getAttribute(call: Call, attributes: readonly Document[]): Document {
  const name = call.path['attributesId'] ?? '';
  const attribute = attributes.find((candidate) => candidate['name'] === name);
  if (attribute === undefined) throw notFound(`attribute ${name} not found`);
  return attribute;
}

function writeAttributes(call: Call, holder: AttributeHolder, attributes: readonly Document[]): void {
  const document = { ...holder.read(call), attributes, lastModifiedAt: call.organization.now() };
  assertAttributes(document);
  holder.write(call, withoutUnset(document));
}
