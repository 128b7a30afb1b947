import type { CallDraft } from '../call.ts';
import type { Hasher } from '../hasher.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceId } from '../resource.ts';
import type { KindName } from './kind-name.ts';

/**
 * A field path: dotted names, `[]` for each element of an array: `sSLInfo.commonName.value`, `attributes[].value`.
 */
export type FieldPath = string;

/** The unset path text of an API call below `organizations/{org}/`, already percent-encoded, no leading slash. */
export type ApiPath = string;

/** Query parameters of a list call. */
export type Query = { readonly [name: string]: string };

/**
 * How a collection is enumerated; codes P0 to P5 are those of the Apigee API (bare arrays, one array, page tokens,
 * start keys, singletons). `list(parent)` is relative to the organization; `parent` is the scope resource's id, or ''.
 */
export type Collection =
  /**
   * P0: a bare array of names (or P1: one object with an array `items` of objects that say no more than a name); each resource
   * is then read at `path(id)`. No change marks: read every time.
   */
  | {
      readonly style: 'names';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly items?: string;
      readonly query?: Query;
    }
  /** P1: one object with one array `items` of whole resources, no paging. An absent array is empty. */
  | {
      readonly style: 'whole';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
    }
  /**
   * P1 whose items are only marks: a resource is read at `path(id)` when its item differs from the one known.
   * The item itself, hashed, is the mark.
   */
  | {
      readonly style: 'marked';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
    }
  /** P3: pages of whole resources by inclusive `startKey` (field `key`); complete when a page adds nothing new. */
  | {
      readonly style: 'start-key';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
      readonly key: string;
    }
  /** P2: pages of whole resources by token. Read once per pass; passes are merged by the resource's id. */
  | {
      readonly style: 'page-token';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
      readonly pageSize: number;
      /**
       * True where items carry no mark of change: a second listing would cost as much as reading all again. Only lists of more than
       * one page have it, of which a page could have been left out.
       */
      readonly unmarked?: true;
      readonly passes?: ListPasses;
      readonly crossCheck?: CrossCheck;
    }
  /** P4: pages of whole resources; the answer names where the next one starts (`nextStartKey`). */
  | {
      readonly style: 'next-start-key';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
      readonly pageSize: number;
      /** True where only lists of more than one page are listed again: there is a list for each of very many parents. */
      readonly unmarked?: true;
    }
  /**
   * P2 that lists a history: the newest item (by the number in field `orderedBy`) that took effect is the one resource of the parent,
   * and `idOf` tells its id from the parent alone. `operation` is the field with the name of the operation that made an item; one
   * that has failed took no effect. Only parents that are found by this index key (`indexKeys`) have such a list.
   */
  | {
      readonly style: 'newest';
      readonly list: (parent: ResourceId) => ApiPath;
      readonly query: Query;
      readonly items: string;
      readonly pageSize: number;
      readonly orderedBy: FieldPath;
      readonly operation: FieldPath;
      readonly onlyBelow: (parent: ResourceId) => string;
    }
  /** P5: one resource for each parent, at `path(id)`; `idOf` tells its id from the parent alone. Read every time. */
  | { readonly style: 'singleton' }
  /** Elements of array `field` in the parent resource's own answer; cost no call. */
  | { readonly style: 'embedded'; readonly field: string }
  /** Numbers in the parent's array `field`; each one's content is a bundle at `bundle(parent, number)`. */
  | {
      readonly style: 'revisions';
      readonly field: string;
      readonly bundle: (parent: ResourceId, number: string) => ApiPath;
      readonly detail: (parent: ResourceId, number: string) => ApiPath;
    };

/** The organization's add-ons, as its `addonsConfig` names them. */
export type AddonName =
  | 'advancedApiOpsConfig'
  | 'analyticsConfig'
  | 'apiSecurityConfig'
  | 'connectorsPlatformConfig'
  | 'integrationConfig'
  | 'monetizationConfig';

/** Filters that hide part of a list unless each value is asked for. */
export interface ListPasses {
  readonly queries: readonly Query[];
  /** True for an item that the first query should have hidden: the filters are ignored, and one pass has seen all. */
  readonly provesUnfiltered: (item: JsonObject) => boolean;
  /** Array field united over passes, and the field its elements are told apart by. */
  readonly merge?: { readonly field: string; readonly by: string };
}

/** A second source of the same names: array `field` of each resource of `kind`. A mismatch or a full array is read per parent. */
export interface CrossCheck {
  readonly kind: KindName;
  readonly field: string;
  /** The array is cut at this length by the server, so a full one proves nothing. */
  readonly capAt: number;
  /** The complete list of one parent, start-key paged with whole resources. */
  readonly list: (parent: ResourceId) => ApiPath;
  readonly query: Query;
  readonly items: string;
  readonly key: string;
  /** The id that a name in `field` stands for. */
  readonly idOf: (parent: ResourceId, name: string) => ResourceId;
}

/** An array that is a set: order is noise. Elements are told apart by field `by`, or as a whole when absent. */
export interface SetField {
  readonly path: FieldPath;
  readonly by?: string;
}

/** The part of a kind by which its canonical form changed. */
export type FormerRules = Partial<Pick<Kind, 'sets' | 'defaults' | 'int64' | 'unspecified'>>;

/** What identifies and resolves resources while reading; given by the reader. */
export interface IdContext {
  readonly hasher: Hasher;
  /** The resource of `kind` that has this index key (`indexKeys`), if it was read. */
  find(kind: KindName, indexKey: string): ResourceId | undefined;
  /** True when the names of resources of `kind` below `parent` are sealed: their ids have tags in place of names. */
  readonly sealsNames?: (kind: KindName, parent: ResourceId) => boolean;
  /** True when resources of the kind may exist that could not be read: what is not found is then unknown, not absent. */
  readonly isPartlyRead?: (kind: KindName) => boolean;
}

/** Resource `id` must exist (and, for deployments, be active) before this one; `why` is a clause for people. */
export interface Reference {
  readonly id: ResourceId;
  readonly why: string;
  /**
   * What is done where neither live nor the plan has it; by default nothing that needs it is sent. `idle`: the name may mean something
   * else, or come to be at run time, so that is no finding. `sent`: the service may take the calls without it, or all but one of them;
   * they are sent, and the plan says what is missing. `leftOut`: the kind leaves it out of its calls (`WriteContext.isNowhere`), and says
   * so itself.
   */
  readonly ifMissing?: 'idle' | 'sent' | 'leftOut';
}

/** The wanted state of one resource: from the point. Secrets in `body` are `{ $hole }` objects. */
export interface Desired {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly canonical: JsonValue;
  readonly tolerant: { readonly [path: string]: number };
  readonly label?: string | undefined;
  readonly facts?: BundleFacts | undefined;
}

/** The live state of one resource; secrets in `body` are `{ $hole: live }` objects. */
export interface Live {
  readonly id: ResourceId;
  readonly body: JsonObject;
  readonly canonical: JsonValue;
  readonly tolerant: { readonly [path: string]: number };
  readonly label?: string | undefined;
  readonly facts?: BundleFacts | undefined;
  readonly marks?: JsonObject | undefined;
}

/** What a kind may know about the rest of the plan when it yields its calls. Plain data behind functions. */
export interface WriteContext {
  /** Instant of planning, epoch ms. */
  readonly plannedAtMs: number;
  /** True when the plan deletes this resource (so that what cascades is not deleted twice). */
  isRemoved(id: ResourceId): boolean;
  /** The live server's number of a revision resource (`apis/orders/revisions/~D`), when live has that digest. */
  liveRevision(id: ResourceId): string | undefined;
  /** The name that the live server gave to resource `id` (`Kind.mayCollide`), where it has it: what refers to it by that name says this. */
  liveName(id: ResourceId): string | undefined;
  /** The canonical form that a resource named by `consults` has after the restore; undefined when nobody knows. */
  consulted(id: ResourceId): JsonValue | undefined;
  /** True when the plan makes this resource: the point has it and live does not. */
  isMade(id: ResourceId): boolean;
  /** True when something of the plan needs this resource, and neither live nor the plan has it. */
  isNowhere(id: ResourceId): boolean;
  /** What the plan makes of `kind` directly below `parent`, in no order. */
  madeBelow(kind: KindName, parent: ResourceId): readonly Desired[];
  /** Which secret fields of this resource differ between point and live (field paths); empty when none or unknown. */
  changedSecrets(id: ResourceId): readonly FieldPath[];
}

export interface CannotRestore {
  readonly id: ResourceId;
  readonly code:
    | 'EXPIRED'
    | 'EXPIRED_KEY'
    | 'IMMUTABLE_FIELD'
    | 'NO_WRITE'
    | 'NOT_SETTABLE'
    | 'UNREADABLE'
    | 'NEED_MISSING'
    | 'OPT_IN'
    | 'KEPT';
  readonly why: string;
  /** What the operator can do or must supply. */
  readonly next: string;
}

export interface Writes {
  readonly calls: readonly CallDraft[];
  readonly cannot?: readonly CannotRestore[];
}

/** What a bundle refers to, derived from its XML (version of the derivation in `version`). Names, not ids. */
export interface BundleFacts {
  readonly version: number;
  readonly sharedFlows: readonly string[];
  readonly targetServers: readonly string[];
  readonly keyValueMaps: readonly string[];
  readonly issuers: readonly string[];
  readonly basePaths: readonly string[];
}

/**
 * One Apigee kind as data and pure functions: the only file where what is special about it is said. Shared code
 * interprets this and never branches on a kind's name.
 */
export type VacancyType = 'array' | 'boolean' | 'number' | 'object' | 'string';

export interface Kind {
  readonly name: KindName;
  readonly title: { readonly one: string; readonly many: string };
  readonly scope: KindName | 'organization';
  /** The shape of its ids: path segments with a star for each name (`developers/STAR/apps/STAR`). Tells the kind of an id. */
  readonly idPattern: string;
  readonly collection: Collection;
  readonly content: 'json' | 'bundle';
  /** Rises when the canonical form changes (fixed per kind per epoch). */
  readonly canonicalVersion: number;
  /** The presets that select it: what operators configure, or what consumers own. */
  readonly preset: 'gateway' | 'consumers';

  /** True where the configuration says what a capture takes of these below each parent (`member-policy.ts`). */
  readonly mayBeLeftOut?: true;
  /** The field with the name, where the configuration may have names sealed: such a field is a secret (`sealed-name.ts`). */
  readonly sealableName?: string;
  /** False for items of the list that are not this kind's (AppGroup apps in the apps list). Default: all. */
  readonly accepts?: (item: JsonObject) => boolean;
  /** Statuses by which its list, which is in no documentation, says that the organization has nothing of it: not applicable. */
  readonly inapplicableOn?: readonly number[];
  /**
   * Why the content of a listed resource can never be read, in words; undefined when it can. It is then a gap `unreadable` in
   * the ledger instead of a resource.
   */
  readonly unreadable?: (id: ResourceId, context: IdContext) => string | undefined;
  /** The id of a resource from its JSON; undefined when it cannot be told (the reading fails, by name). */
  readonly idOf: (body: JsonObject, parent: ResourceId, context: IdContext) => ResourceId | undefined;
  /**
   * Set where several resources of one parent may have the same natural key, which is what `idOf` gives: their ids are then
   * `x`, `x~2`, `x~3` (`colliding-ids.ts`), and single ones are read with the whole list they are in, so that `path` is not needed.
   * `serverName` is the field with the name that the server gave; it tells two of them from one that a list repeats.
   */
  readonly mayCollide?: { readonly serverName: string };
  /** Keys under which others find this resource: a developer's developerId, a revision's `apis/orders@7`. */
  readonly indexKeys?: (body: JsonObject, id: ResourceId) => readonly string[];
  /**
   * Names that one resource only may hold at a time (hostnames): who takes one waits until the resource that holds it live
   * has given it up.
   */
  readonly claims?: (state: Desired | Live) => readonly string[];
  /** Where one resource is read. Undefined where it cannot be read alone (keys are read with their app). */
  readonly path?: (id: ResourceId) => ApiPath;
  /**
   * True where nobody outside knows how often the service decodes the names of these resources in a path (`idPattern` is then the
   * shape of their paths too): it is found out, for names with a plus or a percent sign.
   */
  readonly doubtfulDecoding?: true;
  /** POST where reading at `path` is one (`~:getSyncAuthorization`); an empty object is sent with it. Default GET. */
  readonly readMethod?: 'POST';
  /** Query of the read at `path`: a policy comes without its conditions unless the version that has them is asked for. */
  readonly readQuery?: Query;
  /**
   * The add-on without which the organization has nothing of this kind. Where it is off the kind is not asked for, and the
   * ledger says `notApplicable`; comparing and planning then know that there is none. Implies a need of the organization.
   */
  readonly needsAddon?: AddonName;
  /** The kind whose permissions filter the list in silence: where there are such, the ledger says that the list may lack some. */
  readonly hiddenBy?: KindName;
  /** The runtime type of the organizations that have this kind; elsewhere it is not asked for, and `notApplicable`. */
  readonly needsRuntime?: 'CLOUD' | 'HYBRID';
  /** Instead of `path`, where that has the name that the server gave to what the resource stands under (`mayCollide`). */
  readonly pathUnder?: (id: ResourceId, parentName: string) => ApiPath;
  /** True for what `path` answers where there is nothing (a hook point with nothing attached): it is no resource. Default: never. */
  readonly isVacant?: (body: JsonObject) => boolean;
  /**
   * Beside `isVacant`: the fields by which an answer says that there is nothing, and their types. An answer with another type in
   * one of them, or with none of them but with others, says nothing that is understood: then the resource is a hole, not absent.
   */
  readonly vacancy?: { readonly [field: string]: VacancyType };
  /**
   * What the service answers raw, at a path of its own: it is kept in the body as this field, which the answer does not have.
   * Bytes that are no plain text (`rawText`) are kept as base64 in field `base64` instead.
   */
  readonly rawField?: {
    readonly field: string;
    readonly base64?: string;
    readonly path: (id: ResourceId) => ApiPath;
    /** False for a text that is no such thing: an error page, an answer of somebody else's. Default: anything is. */
    readonly accepts?: (text: string) => boolean;
  };
  /**
   * What a zip behind a signed URL holds is kept in the body as array `field`, which the answer does not have: for each file its
   * `path`, and `content`, or `contentBase64` where the bytes are no plain text. A POST at `path` answers the URL in field `answer`.
   */
  readonly zippedFiles?: {
    readonly field: string;
    readonly path: (body: JsonObject, parent: ResourceId) => ApiPath;
    readonly answer: string;
  };
  /** For a resource that has no JSON of its own, only `rawField`: the body as far as its id tells it. `path` is then not asked. */
  readonly bodyOfId?: (id: ResourceId) => JsonObject;
  /** Why a 404 of `path` leaves unknown whether there is such a resource: then a gap `unreadable` says so. Default: there is none. */
  readonly notFoundMeans?: string;
  /** What of the resource can never be read: a gap `unreadable` of that name below it stands in the ledger. */
  readonly unreadablePart?: (body: JsonObject) => { readonly name: string; readonly why: string } | undefined;
  /**
   * Where `path` answers a list (deployments; what stands under names that the server made): its array field; the element with
   * this id is the resource. A list by tokens is read to where it stands.
   */
  readonly pathItems?: string;
  /** The resource whose single GET contains this one (embedded kinds and revisions); default itself. */
  readonly readWith?: (id: ResourceId) => ResourceId;

  /** Fields the server assigns: not compared. Nested paths allowed. */
  readonly serverAssigned: readonly FieldPath[];
  readonly sets: readonly SetField[];
  /**
   * Values that mean the same as absence, beyond null, '', false, [] and {}; `true` here switches off the folding of false. A number
   * that may be 0 stands here with it ('0' for 64 bits): the service leaves zeros out.
   */
  readonly defaults: { readonly [path: FieldPath]: JsonValue };
  /** Numbers of 64 bits, which JSON has as text: the same number as a number is the same. */
  readonly int64?: readonly FieldPath[];
  /** The name with which each enumeration says that it says nothing: it means absence, beside what `defaults` has. */
  readonly unspecified?: { readonly [path: FieldPath]: string };
  /**
   * What of this was declared otherwise in earlier canonical versions, by version: an epoch keeps the version that it began with
   * (`canonical-version.ts`), so all of them are needed as long as vaults have such epochs.
   */
  readonly former?: { readonly [version: number]: FormerRules };
  /** Objects whose field names are data (labels): an entry with an empty value is not an absent one. */
  readonly maps?: readonly FieldPath[];
  /** Secret fields: sealed to the restorer, hashed apart. */
  readonly secrets: readonly FieldPath[];
  /** Instants (epoch ms in a string or number) compared with a tolerance instead of being hashed. */
  readonly tolerant: readonly { readonly path: FieldPath; readonly toleranceMs: number }[];
  /** Small facts kept beside the entry, outside the hash. */
  readonly marks?: (body: JsonObject) => JsonObject;
  /** The mark that stays when the resource gets another name: the same one under another id is a rename. */
  readonly identityMark?: string;
  /** Last step of the canonical form, after drops, folding and sorting: replaces server-assigned references by ids. */
  readonly refine?: (canonical: JsonObject, body: JsonObject, context: IdContext) => JsonObject | undefined;
  /** A label for people: `apis/orders@7`. */
  readonly label?: (body: JsonObject, id: ResourceId) => string;
  /** Comes into being with its first child of this kind (a proxy with its first import); its own calls come after theirs. */
  readonly createdBy?: KindName;
  /**
   * True for what its parent is made for (entries of a map, certificates of a keystore): a parent that is only made because
   * something chosen needs it brings these along.
   */
  readonly comesWithNeed?: true;
  /** The resource whose calls bring this one along, without a call of its own (what comes with an add-on of the organization). */
  readonly comesWith?: (id: ResourceId) => ResourceId | undefined;
  /** Kinds (beside the scope) that must be read before this one, because `idOf` or `refine` looks them up. */
  readonly resolvesAgainst?: readonly KindName[];
  /**
   * What the body names by index keys (`indexKeys`) of other kinds: a single resource is read with these looked up, where their
   * kind says how (`pathByKey`).
   */
  readonly refersByKey?: (body: JsonObject) => readonly { readonly kind: KindName; readonly key: string }[];
  /** Where a resource of this kind is read by an index key in place of its id. */
  readonly pathByKey?: (key: string) => ApiPath;
  /** The revision whose BundleFacts `needs` wants in `desired.facts` (deployments). */
  readonly factsOf?: (canonical: JsonValue) => ResourceId | undefined;
  /** Deleting the parent deletes these too. */
  readonly cascadesWithParent: boolean;
  /** An extra resource of this kind is not a difference (undeployed revisions only live has). */
  readonly extraIsDifference: boolean;
  /** True for a history: it only grows, and goes with what it stands under. An extra is nothing to plan for while that stays. */
  readonly onlyGrows?: true;

  /** What must be there first, from real references in the resource. The parent is always needed and not repeated here. */
  readonly needs: (state: Desired) => readonly Reference[];
  /** Resources whose state decides what can be written of this one; asked for by `WriteContext.consulted`. */
  readonly consults?: (desired: Desired) => readonly ResourceId[];
  readonly create: (desired: Desired, context: WriteContext) => Writes;
  readonly update: (desired: Desired, live: Live, context: WriteContext) => Writes;
  readonly remove: (live: Live, context: WriteContext) => Writes;

  /** The id of what the server makes along with a new one, by what it assigned (`CallDraft.assigns`): the key minted for an app. */
  readonly madeAlong?: (
    id: ResourceId,
    assigned: { readonly [name: string]: string },
    hasher: Hasher,
  ) => ResourceId | undefined;

  /** For the matrix and `docs/cannot-restore.md`. */
  readonly listShape: 'P0' | 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'embedded';
  readonly restore: 'yes' | 'part' | 'opt-in';
  readonly limits: readonly string[];
}
