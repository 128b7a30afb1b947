import type { EvidenceDrill, EvidencePosture } from '../../core/audit/evidence.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Vault } from '../ports/vault.ts';
import type { VaultRecord } from '../ports/records.ts';

interface Measurements {
  readonly postures: readonly EvidencePosture[];
  readonly drills: readonly EvidenceDrill[];
  readonly untrusted: readonly string[];
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

/** The signed postures and drills of a time, oldest first. Who signed is told by fingerprint, or in words where it is known. */
export async function readMeasurements(
  vault: Vault,
  organization: string,
  isWithin: (time: string) => boolean,
): Promise<Measurements> {
  const postures = await vault.listRecords(organization, 'posture');
  const drills = await vault.listRecords(organization, 'drill');
  const { signers } = vault.audit.keys();
  const describe = (fingerprint: string): string => {
    const role = signers.find((signer) => signer.fingerprint === fingerprint)?.role;
    return role === undefined ? fingerprint : `${role} ${fingerprint}`;
  };
  const inTime = (records: readonly VaultRecord[]): readonly VaultRecord[] =>
    records.filter(({ at }) => isWithin(at)).toReversed();
  return {
    postures: inTime(postures.records).map((record) => describePosture(record, describe(record.signer))),
    drills: inTime(drills.records).map((record) => describeDrill(record, describe(record.signer))),
    untrusted: drills.untrusted.map(({ name }) => name),
  };
}

function describePosture({ name, at, content }: VaultRecord, signer: string): EvidencePosture {
  const { checks, weakened } = fieldsOf(content);
  const all = listOf(checks);
  const idsOf = (list: readonly Fields[]): string[] => list.map(({ id }) => textOf(id) ?? 'unnamed');
  return {
    name,
    at,
    signer,
    passed: all.filter(({ state }) => state === 'pass').length,
    failed: idsOf(all.filter(({ state }) => state === 'fail')),
    // A word that is not known is never a pass.
    unknown: idsOf(all.filter(({ state }) => state !== 'pass' && state !== 'fail')),
    weakened: idsOf(listOf(weakened)),
  };
}

function describeDrill({ name, at, content }: VaultRecord, signer: string): EvidenceDrill {
  const drill = fieldsOf(content);
  const why = textOf(drill['why']);
  const point = textOf(fieldsOf(drill['point'])['id']);
  const targetContainer = textOf(drill['targetContainer']);
  const checked = drill['checkedObjects'];
  return {
    name,
    at,
    signer,
    result: textOf(drill['result']) ?? 'unknown',
    ...(why === undefined ? {} : { why }),
    ...(point === undefined ? {} : { point }),
    ...(targetContainer === undefined ? {} : { targetContainer }),
    checkedObjects: typeof checked === 'number' ? checked : 0,
  };
}

function fieldsOf(value: JsonValue | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: JsonValue | undefined): readonly Fields[] {
  return Array.isArray(value) ? value.map((one: JsonValue) => fieldsOf(one)) : [];
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
