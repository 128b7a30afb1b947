import type { EntryCore } from '../core/entry.ts';
import type { JsonObject } from '../core/json.ts';
import type { KindName } from '../core/kinds/kind-name.ts';
import type { SegmentPlace } from './pack.ts';

/** A segment and the pack that it lies in. */
export interface SegmentRef extends SegmentPlace {
  /** Blob name of the pack. */
  readonly pack: string;
}

/** One item of a segment. */
export interface ItemPlace {
  readonly segment: SegmentRef;
  readonly item: number;
}

/** Where the parts of a resource lie. */
export interface Places {
  readonly config?: ItemPlace;
  readonly secret?: ItemPlace;
  readonly facts?: ItemPlace;
}

/** An entry of a point with the places of its content. */
export interface IndexedEntry extends EntryCore {
  readonly location: Places;
}

/** One line of a layer: what an id is from this layer on, and what it was in the layers below. */
export interface IndexLine {
  readonly id: string;
  readonly now: IndexedEntry | undefined;
  readonly before: IndexedEntry | undefined;
}

/** Numbers segments within one index segment. */
export type SegmentNumbers = (segment: SegmentRef) => number;

type PlaceText = readonly [number, number] | null;

/** An entry as it stands in a line: nulls at the end are left out. */
export function encodeEntry(entry: IndexedEntry, numberOf: SegmentNumbers): readonly unknown[] {
  const { id, configHash, secretHash, location, tolerant, marks, label } = entry;
  const placeOf = (place: ItemPlace | undefined): PlaceText =>
    place === undefined ? null : [numberOf(place.segment), place.item];
  const places = trimNulls([placeOf(location.config), placeOf(location.secret), placeOf(location.facts)]);
  return trimNulls([id, configHash, secretHash ?? null, places, tolerant ?? null, marks ?? null, label ?? null]);
}

function trimNulls(list: readonly unknown[]): readonly unknown[] {
  const last = list.findLastIndex((value) => value !== null);
  return list.slice(0, last + 1);
}

/** Reads an entry of a line. Throws when it is not one; callers say which object. */
export function decodeEntry(kind: KindName, list: unknown, segments: readonly SegmentRef[]): IndexedEntry {
  if (!Array.isArray(list)) throw new Error('an entry is not a list');
  const fields: readonly unknown[] = list;
  const [id, configHash, secretHash, places, tolerant, marks, label] = fields;
  if (typeof id !== 'string' || typeof configHash !== 'string' || !Array.isArray(places))
    throw new Error('an entry is incomplete');
  const placeFields: readonly unknown[] = places;
  const [config, secret, facts] = placeFields;
  return {
    id,
    kind,
    configHash,
    ...(typeof secretHash === 'string' && { secretHash }),
    location: {
      ...decodePlace('config', config, segments),
      ...decodePlace('secret', secret, segments),
      ...decodePlace('facts', facts, segments),
    },
    ...(isNumbers(tolerant) && { tolerant }),
    ...(isObject(marks) && { marks }),
    ...(typeof label === 'string' && { label }),
  };
}

function decodePlace(name: keyof Places, place: unknown, segments: readonly SegmentRef[]): Places {
  if (place === null || place === undefined) return {};
  const fields: readonly unknown[] = Array.isArray(place) ? place : [];
  const [number, item] = fields;
  const segment = typeof number === 'number' ? segments[number] : undefined;
  if (segment === undefined || typeof item !== 'number') throw new Error('a place is not one of the head');
  return { [name]: { segment, item } };
}

function isNumbers(value: unknown): value is { readonly [path: string]: number } {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'number');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
