import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { blobServiceProperties, immutabilityPath, immutabilityProperties } from './desired.ts';
import type { BlobServiceFacts, RetentionSwitch } from './facts.ts';
import type { PlanPart, ProtectionChange, ProtectionStep } from './protection-plan.ts';
import { factsOf, type ProtectionReadings } from './readings.ts';
import { neededImmutabilityDays, protectionIds, type ProtectionSettings } from './settings.ts';

/** Versioning, change feed, soft delete of blobs and containers, and unlocked immutability of the containers. */
export function storageSteps(settings: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const parts = [
    blobServicePart(settings, readings),
    ...settings.containers.map((container) => immutabilityPart(settings, readings, container)),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    inPlace: parts.flatMap(({ inPlace }) => inPlace),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function blobServicePart(settings: ProtectionSettings, readings: ProtectionReadings): PlanPart {
  const service = factsOf(readings.blobService);
  if (service === undefined) return { steps: [], inPlace: [], notes: [] };
  const changes = serviceChanges(service, settings);
  const inPlace = ['versioning, change feed and soft delete of the blob service'];
  if (changes.length === 0) return { steps: [], inPlace, notes: [] };
  const step: ProtectionStep = {
    id: 'blob-service',
    what: 'switch on what keeps deleted and overwritten blobs',
    why: 'Azure Backup needs versioning and the change feed; soft delete brings back what somebody deletes.',
    method: 'PUT',
    path: protectionIds(settings).blobServiceId,
    // All that can be set is sent: what is left away may be reset.
    body: { properties: mergedService(service, settings) },
    changes,
  };
  return { steps: [step], inPlace: [], notes: [] };
}

function serviceChanges(service: BlobServiceFacts, settings: ProtectionSettings): readonly ProtectionChange[] {
  const { softDelete, containerSoftDelete } = service;
  const changes: ProtectionChange[] = [];
  if (!service.versioning) changes.push({ field: 'versioning', from: false, to: true });
  if (!service.changeFeed) changes.push({ field: 'change feed', from: false, to: true });
  if (isLess(softDelete, settings.blobSoftDeleteDays)) {
    changes.push({ field: 'blob soft delete, days', from: daysOf(softDelete), to: settings.blobSoftDeleteDays });
  }
  if (softDelete.permanentDelete) changes.push({ field: 'permanent delete allowed', from: true, to: false });
  if (isLess(containerSoftDelete, settings.containerSoftDeleteDays)) {
    const to = settings.containerSoftDeleteDays;
    changes.push({ field: 'container soft delete, days', from: daysOf(containerSoftDelete), to });
  }
  return changes;
}

function isLess({ enabled, days }: RetentionSwitch, wanted: number): boolean {
  return !enabled || (days ?? 0) < wanted;
}

function daysOf({ enabled, days }: RetentionSwitch): JsonValue {
  return enabled ? (days ?? null) : null;
}

function mergedService(service: BlobServiceFacts, settings: ProtectionSettings): JsonObject {
  const wanted = blobServiceProperties({
    ...settings,
    blobSoftDeleteDays: higher(service.softDelete, settings.blobSoftDeleteDays),
    containerSoftDeleteDays: higher(service.containerSoftDelete, settings.containerSoftDeleteDays),
  });
  const merged: Record<string, JsonValue> = { ...service.settings };
  for (const [field, value] of Object.entries(wanted)) {
    const before = merged[field];
    merged[field] = isJsonObject(value) && isJsonObject(before) ? { ...before, ...value } : value;
  }
  return merged;
}

function higher({ enabled, days = 0 }: RetentionSwitch, wanted: number): number {
  return enabled ? Math.max(days, wanted) : wanted;
}

function immutabilityPart(settings: ProtectionSettings, readings: ProtectionReadings, container: string): PlanPart {
  const reading = readings.containers[container];
  const facts = reading === undefined ? undefined : factsOf(reading);
  const needed = neededImmutabilityDays(settings);
  const { epochDays, guaranteedDays } = settings.immutability;
  const days = facts?.immutability?.days ?? 0;
  if (days >= needed) {
    const { state = '' } = facts?.immutability ?? {};
    const note =
      state === 'Locked'
        ? []
        : [
            `The immutability of the container ${container} is not locked: an owner can take it away. \`holdfast protect lock container\` makes it irrevocable.`,
          ];
    return {
      steps: [],
      inPlace: [`immutability of the container ${container}: ${days} days, ${state.toLowerCase()}`],
      notes: note,
    };
  }
  const step: ProtectionStep = {
    id: `immutability:${container}`,
    what: `make blobs of the container ${container} immutable for ${needed} days, unlocked`,
    why: `${epochDays} days of an epoch + ${guaranteedDays} guaranteed days: no point may rest on a blob that can be deleted.`,
    method: 'PUT',
    path: immutabilityPath(settings, container),
    body: { properties: immutabilityProperties(needed) },
    changes: [{ field: 'immutable, days', from: days === 0 ? null : days, to: needed }],
    ...(facts?.immutability === undefined ? {} : { ifMatch: facts.immutability.etag }),
  };
  return { steps: [step], inPlace: [], notes: [] };
}
