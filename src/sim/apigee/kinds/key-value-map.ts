import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import { type Document, textIn } from '../document.ts';
import { dropMap, entriesOwner } from '../key-value-maps.ts';
import { pageCaps, tokenPage } from '../paging.ts';
import { type Answer, type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getBundled, proxyKind } from './bundled.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';

/** What a value reads as where its map masks values. */
const mask = '*****';

/** What a map of another place differs in: its routes, and what has to be there. */
interface Place {
  readonly methods: string;
  readonly template: string;
  /** Path below the organization of what the map stands under, as the key of its documents; 404 when that is absent. */
  ownerOf(call: Call, access: 'read' | 'write'): string;
}

const organizationPlace: Place = { methods: 'organizations', template: '~', ownerOf: () => '' };

const proxyPlace: Place = {
  methods: 'organizations.apis',
  template: '~/apis/{apisId}',
  ownerOf: ({ organization, path }) => `apis/${getBundled(organization, proxyKind, path['apisId'] ?? '').name}`,
};

const environmentPlace: Place = {
  methods: 'organizations.environments',
  template: '~/environments/{environmentsId}',
  ownerOf: ({ organization, path }, access) => {
    const name = path['environmentsId'] ?? '';
    const environment =
      access === 'read' ? getEnvironment(organization, name) : getActiveEnvironment(organization, name);
    if (environment['type'] === 'BASE') {
      throw invalidArgument(`operation not supported for environment ${name} of type BASE`);
    }
    return `environments/${name}`;
  },
};

/** Key value maps: always encrypted, created empty; entries are written one by one. */
export const keyValueMapRoutes: readonly Route[] = [organizationPlace, environmentPlace, proxyPlace].flatMap(routesOf);

function routesOf(place: Place): Route[] {
  const map = `${place.methods}.keyvaluemaps`;
  return [
    {
      id: `${map}.list`,
      undocumented: `GET ${place.template}/keyvaluemaps`,
      handle: (call) => {
        const owner = place.ownerOf(call, 'read');
        return ok([...call.organization.store.list('keyvaluemap', owner)].map((item) => item.name));
      },
    },
    { id: `${map}.get`, handle: (call) => ok(getMap(place, call, 'read').document) },
    { id: `${map}.create`, handle: (call) => createMap(place, call) },
    { id: `${map}.update`, handle: (call) => updateMap(place, call) },
    { id: `${map}.delete`, handle: (call) => deleteMap(place, call) },
    {
      id: `${map}.entries.list`,
      paging: { style: 'token', field: 'keyValueEntries' },
      handle: (call) => listEntries(place, call),
    },
    { id: `${map}.entries.get`, handle: (call) => ok(shownEntry(place, call)) },
    { id: `${map}.entries.create`, handle: (call) => createEntry(place, call) },
    { id: `${map}.entries.update`, handle: (call) => updateEntry(place, call) },
    { id: `${map}.entries.delete`, handle: (call) => deleteEntry(place, call) },
  ];
}

interface FoundMap {
  readonly owner: string;
  readonly name: string;
  readonly document: Document;
}

function getMap(place: Place, call: Call, access: 'read' | 'write'): FoundMap {
  const owner = place.ownerOf(call, access);
  const name = call.path['keyvaluemapsId'] ?? '';
  const document = call.organization.store.find('keyvaluemap', owner, name);
  if (document === undefined) throw notFound(`key value map ${name} not found${owner === '' ? '' : ` in ${owner}`}`);
  return { owner, name, document };
}

function createMap(place: Place, call: Call): Answer {
  const owner = place.ownerOf(call, 'write');
  const { organization } = call;
  const checked = checkedBody('KeyValueMap', call.body);
  assertPresent(checked, ['name', 'encrypted']);
  const name = textIn(checked, 'name');
  if (checked['encrypted'] !== true) throw invalidArgument('unencrypted key value maps are not supported');
  if (organization.store.has('keyvaluemap', owner, name)) throw alreadyExists(`key value map ${name} already exists`);
  organization.store.put('keyvaluemap', owner, name, checked);
  return ok(checked);
}

function updateMap(place: Place, call: Call): Answer {
  const { owner, name, document } = getMap(place, call, 'write');
  const checked = checkedBody('KeyValueMap', call.body);
  assertPresent(checked, ['name', 'encrypted']);
  if (checked['name'] !== name) throw invalidArgument('name is immutable');
  if (checked['encrypted'] !== true) throw invalidArgument('unencrypted key value maps are not supported');
  const unmasks = document['maskedValues'] === true && checked['maskedValues'] !== true;
  if (unmasks && call.organization.world.switches.unmaskingMaps === 'refused') {
    throw failedPrecondition(`the values of key value map ${name} are masked; that cannot be undone`);
  }
  call.organization.store.put('keyvaluemap', owner, name, checked);
  return ok(checked);
}

function deleteMap(place: Place, call: Call): Answer {
  const { owner, name, document } = getMap(place, call, 'write');
  dropMap(call.organization.store, owner, name);
  return ok(document);
}

function entryName(call: Call): string {
  return call.path['entriesId'] ?? '';
}

function getEntry(call: Call, { owner, name }: FoundMap): Document {
  const entry = call.organization.store.find('keyvalueentry', entriesOwner(owner, name), entryName(call));
  if (entry === undefined) throw notFound(`entry ${entryName(call)} not found in key value map ${name}`);
  return entry;
}

function shown(organization: SimulatedOrganization, map: Document, entry: Document): Document {
  if (map['maskedValues'] !== true) return entry;
  const { value: _, ...rest } = entry;
  return organization.world.switches.maskedValues === 'omitted' ? rest : { ...rest, value: mask };
}

function shownEntry(place: Place, call: Call): Document {
  const map = getMap(place, call, 'read');
  return shown(call.organization, map.document, getEntry(call, map));
}

/** 100 is given unasked; how many one may ask for is not written down. */
function largestPage({ organization, query }: Call): number {
  const { largeEntryPages } = organization.world.switches;
  if (Number(query['pageSize'] ?? 0) <= pageCaps.entries || largeEntryPages === 'cut') return pageCaps.entries;
  if (largeEntryPages === 'given') return pageCaps.largeEntries;
  throw invalidArgument(`pageSize must not be more than ${pageCaps.entries}`, [
    { field: 'pageSize', description: `at most ${pageCaps.entries}` },
  ]);
}

function listEntries(place: Place, call: Call): Answer {
  const { owner, name, document } = getMap(place, call, 'read');
  const { organization, query } = call;
  const { switches } = organization.world;
  const page = tokenPage(
    {
      from: (start) => organization.store.list('keyvalueentry', entriesOwner(owner, name), start),
      nameOf: (item) => item.name,
    },
    query,
    largestPage(call),
  );
  const entries = page.items.map((item) => shown(organization, document, item.read()));
  const token = page.nextPageToken ?? (switches.lastEntriesToken === 'empty-string' ? '' : undefined);
  const list = entries.length === 0 && switches.emptyLists === 'omitted' ? {} : { keyValueEntries: entries };
  return ok({ ...list, ...(token === undefined ? {} : { nextPageToken: token }) });
}

function checkedEntry(call: Call, { owner }: FoundMap): Document {
  const checked = checkedBody('KeyValueEntry', call.body);
  if (checked['value'] === undefined) assertPresent(checked, ['value']);
  if (call.organization.store.has('staleencryption', '', owner)) {
    throw failedPrecondition(`key value maps of ${owner} are encrypted with keys of a deleted environment`);
  }
  return checked;
}

function createEntry(place: Place, call: Call): Answer {
  const map = getMap(place, call, 'write');
  const checked = checkedEntry(call, map);
  assertPresent(checked, ['name']);
  const name = textIn(checked, 'name');
  const { store } = call.organization;
  const entries = entriesOwner(map.owner, map.name);
  if (store.has('keyvalueentry', entries, name)) throw alreadyExists(`entry ${name} already exists`);
  store.put('keyvalueentry', entries, name, checked);
  return ok(shown(call.organization, map.document, checked));
}

function updateEntry(place: Place, call: Call): Answer {
  const map = getMap(place, call, 'write');
  const { name } = getEntry(call, map);
  const checked = checkedEntry(call, map);
  if (checked['name'] !== undefined && checked['name'] !== name) throw invalidArgument('name is immutable');
  const entry = { name, value: checked['value'] };
  call.organization.store.put('keyvalueentry', entriesOwner(map.owner, map.name), String(name), entry);
  return ok(shown(call.organization, map.document, entry));
}

function deleteEntry(place: Place, call: Call): Answer {
  const map = getMap(place, call, 'write');
  const entry = getEntry(call, map);
  call.organization.store.delete('keyvalueentry', entriesOwner(map.owner, map.name), entryName(call));
  return ok(shown(call.organization, map.document, entry));
}
