/** JSON objects as the simulator keeps them. */
export type ArmRecord = { [field: string]: unknown };

export function isRecord(value: unknown): value is ArmRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path; an empty one, not kept, where there is none. */
export function recordAt(value: unknown, ...path: readonly string[]): ArmRecord {
  let at: unknown = value;
  for (const field of path) at = isRecord(at) ? at[field] : undefined;
  return isRecord(at) ? at : {};
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const last = path.at(-1) ?? '';
  const found = recordAt(value, ...path.slice(0, -1))[last];
  return typeof found === 'string' ? found : '';
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const last = path.at(-1) ?? '';
  const found = recordAt(value, ...path.slice(0, -1))[last];
  return Array.isArray(found) ? found : [];
}

/** Fields of `over` in place of those of `under`, objects field by field. */
export function mergeRecords(under: unknown, over: ArmRecord): ArmRecord {
  const merged: ArmRecord = isRecord(under) ? { ...under } : {};
  for (const [field, value] of Object.entries(over)) {
    merged[field] = isRecord(value) ? mergeRecords(merged[field], value) : value;
  }
  return merged;
}
