import type { BundleFiles } from './bundle-files.ts';
import type { Document } from './document.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** Query values by name in camelCase (`page_token` is `pageToken`). */
export type Query = { readonly [name: string]: string };

/** One request, decoded, as a route sees it. */
export interface Call {
  readonly organization: SimulatedOrganization;
  readonly path: { readonly [parameter: string]: string };
  readonly query: Query;
  /** The JSON body, undefined when there was none. */
  readonly body: unknown;
  /** The files of an uploaded bundle. */
  readonly files: BundleFiles | undefined;
  /** False for a caller whose permissions do not reach into spaces. */
  readonly seesSpaces: boolean;
  /** Scheme, host and port at which the caller reached the simulator. */
  readonly origin: string;
}

/** What a route answers. `bytes` is a raw body, anything else is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: Document | readonly unknown[];
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
}

/** A method of the API that the simulator models. */
export interface Route {
  /** Method id of the API description. */
  readonly id: string;
  /** `GET ~/environments`, for a list the API description leaves out. */
  readonly undocumented?: string;
  /** For a POST that, asked so, changes nothing. */
  readOnly?(query: Query): boolean;
  /** How the next page is asked for, where the list has pages. */
  readonly paging?: Paging;
  handle(call: Call): Answer;
}

/** `token`: nextPageToken/pageToken; `startKey`: the last item's key, inclusive. */
export type Paging =
  | { readonly style: 'token'; readonly field: string }
  | {
      readonly style: 'startKey';
      readonly field: string;
      readonly keys: readonly string[];
      readonly countName: string;
    };

/** 200 with a JSON body. */
export function ok(body: Document | readonly unknown[]): Answer {
  return { status: 200, body };
}

/** 204 without a body: what status changes answer. */
export function noContent(): Answer {
  return { status: 204 };
}

/** True for `true`, in the spellings a query accepts. */
export function flagIn(query: Query, name: string): boolean {
  return query[name] === 'true' || query[name] === '1';
}
