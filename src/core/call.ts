import type { JsonValue } from './json.ts';
import type { ResourceId } from './resource.ts';

/**
 * An API call as data: what kinds yield, plans hold, and the caller executes. Everything that is secret or not yet known
 * when the plan is made is a hole, so a plan file holds no secret.
 */
export type Hole =
  /** A secret of the point: the value at `name` (a field path) of resource `id`; opened with the restorer's key at apply. */
  | { readonly hole: 'secret'; readonly id: ResourceId; readonly name: string }
  /** A secret that only the live organization has, taken from the one read before the first write. */
  | { readonly hole: 'live'; readonly id: ResourceId; readonly name: string }
  /** What the server assigned in the answer to an earlier call of this plan. */
  | { readonly hole: 'assigned'; readonly call: string; readonly field: string }
  /** Whole seconds from the moment of sending until the instant (tolerant field `name`, epoch ms) of resource `id`. */
  | { readonly hole: 'secondsUntil'; readonly id: ResourceId; readonly name: string; readonly instantMs: number };

/** Path below `organizations/{org}/`: strings are encoded path text, holes are encoded when they are filled. */
export type PathTemplate = readonly (string | Hole)[];

/** JSON in which any value may be `{ $hole: Hole }`. */
export type TemplateValue = JsonValue | { readonly $hole: Hole } | readonly TemplateValue[] | TemplateObject;
export type TemplateObject = { readonly [field: string]: TemplateValue };

export type CallBody =
  | { readonly type: 'json'; readonly value: TemplateValue }
  /** Empty body sent as application/octet-stream: Apigee's status actions. */
  | { readonly type: 'empty' }
  /** A text as one file of multipart field `field`; `base64` where the text stands for bytes. */
  | {
      readonly type: 'upload';
      readonly field: string;
      readonly fileName: string;
      readonly text: string;
      readonly encoding?: 'base64';
    }
  /** The bundle of revision resource `id` in the point, zipped deterministically, as multipart field `file`. */
  | { readonly type: 'bundle'; readonly id: ResourceId };

/** How to learn whether a call took effect when its answer was lost or the run died. */
export type Lookup =
  /** Sending it again is harmless and ends in the same state (PUT, status actions; DELETE with 404 as success). */
  | { readonly type: 'repeat' }
  /**
   * It took effect if GET `path` answers 200, with `expect.value` in field `expect.field` where that is said; what is assigned is
   * read from that answer at the same field paths.
   */
  | {
      readonly type: 'get';
      readonly path: PathTemplate;
      readonly expect?: { readonly field: string; readonly value: string };
    }
  /** It took effect if the resource `id` is there: for what the server gives a name of its own. What is assigned is read from its body. */
  | {
      readonly type: 'resource';
      readonly id: ResourceId;
      /** What took the place of another resource of this id has something else in this field. */
      readonly unless?: { readonly field: string; readonly value: string };
    }
  /** A write under an optimistic lock: it took effect if `field` of what `path` answers is no longer `was`. */
  | {
      readonly type: 'moved';
      readonly method: 'GET' | 'POST';
      readonly path: PathTemplate;
      readonly query?: { readonly [name: string]: string };
      readonly field: string;
      readonly was: string;
    }
  /** An import: it took effect if a revision number not known before has the digest of `id`. */
  | { readonly type: 'revision'; readonly id: ResourceId };

export type CallAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'import'
  | 'link'
  | 'unlink'
  | 'status'
  | 'deploy'
  | 'undeploy';

/** materialise everything, then activate, then remove extras, then permit: what may shut out whoever restores comes last of all. */
export type Phase = 'materialise' | 'activate' | 'remove' | 'permit';

export interface CallDraft {
  /** Unique among the drafts of one resource; the call's id in the plan is `RESOURCE_ID#step`. */
  readonly step: string;
  readonly action: CallAction;
  readonly phase: Phase;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: PathTemplate;
  readonly query?: { readonly [name: string]: string };
  readonly body?: CallBody;
  /** Why, as a clause for people: "the app is missing". */
  readonly reason: string;
  /** Fields of the answer kept for later calls: name → dotted path with numeric indexes (`credentials.0.consumerKey`). */
  readonly assigns?: {
    readonly [name: string]: {
      readonly path: string;
      /** The path in the resource itself, where the answer wraps it. */
      readonly inBody?: string;
      readonly secret: boolean;
    };
  };
  /**
   * The answer has a signed URL in field `to`: the files in array `field` of resource `id` of the point are zipped and put there
   * (with no token) before the call counts as done.
   */
  readonly uploads?: { readonly id: ResourceId; readonly field: string; readonly to: string };
  /** Skipped without being sent when the named earlier call of the same resource assigned nothing there. */
  readonly onlyIfAssigned?: { readonly call: string; readonly field: string };
  /** The answer is a long-running operation: goes through the organization's one queue and is awaited. */
  readonly longRunning?: boolean;
  /** After the call, GET this path until `state` is READY (deployments). */
  readonly awaitReady?: PathTemplate;
  /** HTTP statuses that mean "already so" and count as done (404 on DELETE): where `lookup` can tell, when that is so. */
  readonly tolerates?: readonly number[];
  readonly lookup: Lookup;
  /** Shown to the user before they agree. */
  readonly risk?: string;
  /**
   * Steps of the same resource that must have succeeded; default: the step before. The other steps before it must only have
   * ended. Planning turns this into `needs` and `after`; it does not stand in a plan.
   */
  readonly requires?: readonly string[];
  /** Calls of one group are retried first and never left half done. */
  readonly group?: string;
}
