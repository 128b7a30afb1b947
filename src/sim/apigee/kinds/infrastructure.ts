import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import type { OperationPlan } from '../operations.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Answer, type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** What is special about one kind of infrastructure; what they share is below. */
export interface InfrastructureKind {
  /** Method ids begin with it: `organizations.instances`. */
  readonly methods: string;
  /** The path parameter of its name. */
  readonly parameter: string;
  /** The kind in the store. */
  readonly stored: string;
  readonly noun: string;
  readonly items: string;
  readonly schema: string;
  readonly required: readonly string[];
  /** Query parameter with the name of a new one; without it the body has the name. */
  readonly idParameter?: string;
  /** Answers say `organizations/{org}/{collection}/{id}` where this is the collection, else the bare id. */
  readonly fullName?: string;
  /** Where hybrid organizations have none. */
  readonly cloudOnly?: true;
  readonly ownerOf?: (organization: SimulatedOrganization, path: Call['path']) => string;
  /** What the server gives a new one. */
  readonly given: (organization: SimulatedOrganization, name: string) => Document;
  /** Rules of its own, for a body that is to be stored. */
  readonly check?: (organization: SimulatedOrganization, body: Document) => void;
  readonly checkDeletion?: (organization: SimulatedOrganization, name: string) => void;
  /** Fields that PATCH can change; without them there is no PATCH. */
  readonly patchable?: readonly string[];
}

/** List, get, create, delete and, where there is one, patch; every change is a long-running operation. */
export function infrastructureRoutes(kind: InfrastructureKind): Route[] {
  const route = (method: string, handle: (call: Call) => Answer): Route => ({
    id: `${kind.methods}.${method}`,
    handle: (call) => {
      assertCloud(kind, call.organization);
      return handle(call);
    },
  });
  return [
    {
      ...route('list', (call) => listAll(kind, call)),
      paging: { style: 'token', field: kind.items },
    },
    route('get', ({ organization, path }) => ok(shown(kind, organization, getOne(kind, organization, path)))),
    route('create', (call) => create(kind, call)),
    route('delete', (call) => remove(kind, call)),
    ...(kind.patchable === undefined ? [] : [route('patch', (call) => patch(kind, call))]),
  ];
}

/** Starts a long-running change of one of them. */
export function startOn(
  kind: InfrastructureKind,
  organization: SimulatedOrganization,
  change: Pick<OperationPlan, 'type' | 'finish'> & { readonly name: string; readonly doing: string },
): Answer {
  const { name, doing, type, finish } = change;
  const target = `organizations/${organization.name}/${kind.items}/${name}`;
  return ok(
    organization.operations.start({ type, target, doing: `${kind.noun} ${name} is currently being ${doing}`, finish }),
  );
}

/** The stored document, or 404. */
export function getOne(kind: InfrastructureKind, organization: SimulatedOrganization, path: Call['path']): Document {
  const name = path[kind.parameter] ?? '';
  const found = organization.store.find(kind.stored, ownerOf(kind, organization, path), name);
  if (found === undefined) throw notFound(`${kind.noun} ${name} not found`);
  return found;
}

function assertCloud(kind: InfrastructureKind, organization: SimulatedOrganization): void {
  const profile = organization.store.find('organization', '', '') ?? {};
  if (kind.cloudOnly !== true || profile['runtimeType'] !== 'HYBRID') return;
  throw failedPrecondition(`operation not supported for organization ${organization.name} of runtime type HYBRID`);
}

function ownerOf(kind: InfrastructureKind, organization: SimulatedOrganization, path: Call['path']): string {
  return kind.ownerOf?.(organization, path) ?? '';
}

function shown(kind: InfrastructureKind, organization: SimulatedOrganization, document: Document): Document {
  if (kind.fullName === undefined) return document;
  return { ...document, name: `organizations/${organization.name}/${kind.fullName}/${textIn(document, 'name')}` };
}

function listAll(kind: InfrastructureKind, { organization, path, query }: Call): Answer {
  const owner = ownerOf(kind, organization, path);
  const source = {
    from: (name: string) => organization.store.list(kind.stored, owner, name),
    nameOf: (item: ListedDocument) => item.name,
  };
  const page = tokenPage(source, query, pageCaps.small);
  const items = page.items.map((item) => shown(kind, organization, item.read()));
  return tokenAnswer(organization.world.switches, kind.items, { items, nextPageToken: page.nextPageToken });
}

function create(kind: InfrastructureKind, { organization, path, query, body }: Call): Answer {
  const { store } = organization;
  const owner = ownerOf(kind, organization, path);
  const checked = checkedBody(kind.schema, body);
  const name = kind.idParameter === undefined ? textIn(checked, 'name') : (query[kind.idParameter] ?? '');
  assertPresent({ ...checked, name }, ['name', ...kind.required]);
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) throw invalidArgument(`${kind.noun} name ${name} is invalid`);
  kind.check?.(organization, checked);
  organization.operations.assertUnlocked();
  if (store.has(kind.stored, owner, name)) throw alreadyExists(`${kind.noun} ${name} already exists`);
  const document = { ...checked, ...kind.given(organization, name), name };
  store.put(kind.stored, owner, name, { ...document, state: 'CREATING' });
  const finish = (): Document => {
    store.put(kind.stored, owner, name, document);
    return shown(kind, organization, document);
  };
  return startOn(kind, organization, { type: 'INSERT', name, doing: 'created', finish });
}

function patch(kind: InfrastructureKind, call: Call): Answer {
  const { organization, path, query, body } = call;
  const name = path[kind.parameter] ?? '';
  const owner = ownerOf(kind, organization, path);
  const isMissing = !organization.store.has(kind.stored, owner, name);
  if (isMissing && query['allowMissing'] === 'true' && kind.idParameter !== undefined) {
    return create(kind, { ...call, query: { [kind.idParameter]: name } });
  }
  const before = getOne(kind, organization, path);
  const { name: _, ...sent } = checkedBody(kind.schema, body);
  const mask = query['updateMask']?.split(',').filter((field) => field !== '') ?? Object.keys(sent);
  const after: Document = { ...before };
  for (const field of mask.map(camelCase)) {
    if (kind.patchable?.includes(field) !== true) throw invalidArgument(`${field} cannot be changed`);
    after[field] = sent[field];
    if (after[field] === undefined) delete after[field];
  }
  assertPresent(after, kind.required);
  kind.check?.(organization, after);
  organization.operations.assertUnlocked();
  const finish = (): Document => {
    organization.store.put(kind.stored, owner, name, after);
    return shown(kind, organization, after);
  };
  return startOn(kind, organization, { type: 'UPDATE', name, doing: 'updated', finish });
}

function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function remove(kind: InfrastructureKind, { organization, path }: Call): Answer {
  const document = getOne(kind, organization, path);
  const name = textIn(document, 'name');
  const owner = ownerOf(kind, organization, path);
  kind.checkDeletion?.(organization, name);
  organization.operations.assertUnlocked();
  organization.store.put(kind.stored, owner, name, { ...document, state: 'DELETING' });
  const finish = (): Document => {
    organization.store.delete(kind.stored, owner, name);
    return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  };
  return startOn(kind, organization, { type: 'DELETE', name, doing: 'deleted', finish });
}
