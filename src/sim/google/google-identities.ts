import type { JSONWebKeySet } from 'jose';
import { systemRandom } from '../../platform/random.ts';
import type { SimulatorClock } from '../control/clock.ts';
import { holds, parseCel } from './cel-condition.ts';

/** An OIDC provider of a workload identity pool. */
export interface SimulatedProvider {
  /** `projects/1/locations/global/workloadIdentityPools/pool/providers/azure` */
  readonly name: string;
  readonly issuerUri: string;
  /** The provider's own name as an https URL counts where this is empty. */
  readonly allowedAudiences: readonly string[];
  readonly attributeMapping: { readonly [target: string]: string };
  readonly attributeCondition: string | undefined;
  readonly disabled?: boolean;
}

export interface SimulatedAccountKey {
  readonly id: string;
  readonly madeAtMs: number;
  readonly disabled: boolean;
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

interface Holder {
  readonly type: 'federated' | 'account';
  /** `principal://…/subject/x`, or the address of a service account. */
  readonly principal: string;
  readonly attributes: { readonly [name: string]: string };
  readonly expiresAtMs: number;
}

export interface GoogleIdentitiesOptions {
  readonly clock: SimulatorClock;
  /** The keys of an issuer now, as its discovery document would lead to; rejects where it cannot be reached. */
  readonly keysOf: (issuerUri: string) => Promise<JSONWebKeySet>;
}

/** What a Google project knows of identities: providers, service accounts, roles, who has them, and the tokens it gave. */
export class GoogleIdentities {
  readonly clock: SimulatorClock;
  readonly keysOf: GoogleIdentitiesOptions['keysOf'];
  /** By name. */
  readonly #providers = new Map<string, SimulatedProvider>();
  /** Bindings on service accounts, by address. */
  readonly #accounts = new Map<string, readonly Binding[]>();
  /** Keys that users made, by the address of their account. */
  readonly #keys = new Map<string, readonly SimulatedAccountKey[]>();
  /** Bindings on projects, by id. */
  readonly #projects = new Map<string, readonly Binding[]>();
  /** Permissions of roles, by name: `projects/acme/roles/capture`. */
  readonly #roles = new Map<string, readonly string[]>();
  readonly #holders = new Map<string, Holder>();

  constructor({ clock, keysOf }: GoogleIdentitiesOptions) {
    this.clock = clock;
    this.keysOf = keysOf;
  }

  /** RangeError for a condition or a mapping that is not modelled, or where the mapping gives no subject. */
  putProvider(provider: SimulatedProvider): void {
    const { attributeCondition, attributeMapping } = provider;
    if (attributeCondition !== undefined) parseCel(attributeCondition);
    for (const expression of Object.values(attributeMapping)) parseCel(expression);
    if (attributeMapping['google.subject'] === undefined) throw new RangeError('google.subject is not mapped');
    this.#providers.set(provider.name, provider);
  }

  findProvider(name: string): SimulatedProvider | undefined {
    return this.#providers.get(name);
  }

  /** Of one pool. */
  listProviders(pool: string): readonly SimulatedProvider[] {
    return [...this.#providers.values()].filter(({ name }) => name.startsWith(`${pool}/providers/`));
  }

  /** For good and at once. */
  removeProvider(name: string): void {
    this.#providers.delete(name);
  }

  putAccount(email: string, bindings: readonly Binding[]): void {
    this.#accounts.set(email, bindings);
  }

  findAccount(email: string): readonly Binding[] | undefined {
    return this.#accounts.get(email);
  }

  /** Addresses of the service accounts of a project. */
  listAccounts(project: string): readonly string[] {
    return [...this.#accounts.keys()].filter((email) => email.endsWith(`@${project}.iam.gserviceaccount.com`));
  }

  /** A key that somebody made for a service account. */
  putKey(email: string, key: SimulatedAccountKey): void {
    this.#keys.set(email, [...(this.#keys.get(email) ?? []), key]);
  }

  listKeys(email: string): readonly SimulatedAccountKey[] {
    return this.#keys.get(email) ?? [];
  }

  /** A project is found by its id and by its number. */
  putProject(id: string, bindings: readonly Binding[], number = id): void {
    this.#projects.set(id, bindings);
    this.#projects.set(number, bindings);
  }

  findProject(idOrNumber: string): readonly Binding[] | undefined {
    return this.#projects.get(idOrNumber);
  }

  putRole(name: string, permissions: readonly string[]): void {
    this.#roles.set(name, permissions);
  }

  findRole(name: string): readonly string[] | undefined {
    return this.#roles.get(name);
  }

  /** A new token for a holder. */
  issue(holder: Holder): string {
    const token = `ya29.${Buffer.from(systemRandom.bytes(24)).toString('base64url')}`;
    this.#holders.set(token, holder);
    return token;
  }

  /** Who holds a token that has not ended. */
  findHolder(token: string | undefined): Holder | undefined {
    const holder = token === undefined ? undefined : this.#holders.get(token);
    return holder === undefined || holder.expiresAtMs <= this.clock.nowMs() ? undefined : holder;
  }

  /** Every token that was ever given. */
  get tokens(): readonly string[] {
    return [...this.#holders.keys()];
  }

  /** What a holder may do in a project by the roles that were bound to it there. */
  permissionsOf(holder: Holder, projectId: string): ReadonlySet<string> {
    return new Set(permissionsBy(this.#projects.get(projectId) ?? [], holder, this.#roles));
  }

  /** The same for Apigee, whose organization has the name of its project; undefined for a token that nobody holds. */
  permissionsOfToken(token: string, projectId: string): ReadonlySet<string> | undefined {
    const holder = this.findHolder(token);
    return holder === undefined ? undefined : this.permissionsOf(holder, projectId);
  }

  /** True when one of the bindings gives the role to the holder. */
  hasRole(bindings: readonly Binding[], role: string, holder: Holder): boolean {
    return bindings.some(
      (binding) => binding.role === role && binding.members.some((member) => isMember(member, holder)),
    );
  }
}

/** What the mapping of a provider makes of a token. */
export function mapAttributes(
  provider: SimulatedProvider,
  claims: { readonly [name: string]: unknown },
): { readonly subject: string; readonly attributes: { readonly [name: string]: string } } | undefined {
  const mapped: { [name: string]: string } = {};
  for (const [target, expression] of Object.entries(provider.attributeMapping)) {
    const value = valueOf(expression, claims);
    if (typeof value === 'string' && value !== '') mapped[target] = value;
  }
  const { 'google.subject': subject, ...attributes } = mapped;
  if (subject === undefined) return undefined;
  const scope = { assertion: claims, google: { subject }, attribute: fieldsOf(attributes) };
  const { attributeCondition } = provider;
  if (attributeCondition !== undefined && !holds(attributeCondition, scope)) return undefined;
  return { subject, attributes };
}

function valueOf(expression: string, claims: { readonly [name: string]: unknown }): unknown {
  try {
    return parseCel(expression)({ assertion: claims });
  } catch {
    // The expression was parsed when the provider was made: it is the claim that is missing.
    return undefined;
  }
}

function fieldsOf(attributes: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name.replace(/^attribute\./, ''), value]),
  );
}

function* permissionsBy(
  bindings: readonly Binding[],
  holder: Holder,
  roles: ReadonlyMap<string, readonly string[]>,
): Iterable<string> {
  for (const { role, members } of bindings) {
    if (members.some((member) => isMember(member, holder))) yield* roles.get(role) ?? [];
  }
}

function isMember(member: string, { type, principal, attributes }: Holder): boolean {
  if (type === 'account') return member === `serviceAccount:${principal}`;
  if (member === principal) return true;
  const pool = principal.slice('principal:'.length, principal.indexOf('/subject/'));
  const set = `principalSet:${pool}/`;
  if (!member.startsWith(set)) return false;
  const rest = member.slice(set.length);
  const slashAt = rest.indexOf('/');
  return rest === '*' || attributes[rest.slice(0, slashAt)] === rest.slice(slashAt + 1);
}
