import { canonicalJson } from '../canonical-json.ts';
import type { Hasher } from '../hasher.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ProtectionSettings } from './settings.ts';

/** One field that a step changes; null where there was nothing, or will be. */
export interface ProtectionChange {
  readonly field: string;
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/** One request of a plan. `{"$assigned": "vault.principalId"}` in a body stands for what the step before made. */
export interface ProtectionStep {
  /** `vault`, `policy`, `role`, `instance`, `immutability:CONTAINER` … */
  readonly id: string;
  /** What it does, in words. */
  readonly what: string;
  readonly why: string;
  readonly method: 'PUT' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: JsonObject;
  readonly ifMatch?: string;
  readonly changes: readonly ProtectionChange[];
  /**
   * Role assignments take minutes to count. `validated`: Azure is asked, until it says yes, whether the vault's identity may
   * back the account up, then the step is sent. `repeated`: the step itself is sent until it is not refused for that.
   */
  readonly awaitsRole?: 'validated' | 'repeated';
}

/** What a part of the plan adds to it. */
export interface PlanPart {
  readonly steps: readonly ProtectionStep[];
  readonly inPlace: readonly string[];
  readonly notes: readonly string[];
}

/** What protects the vault and what is still to be done for it, as plain data. */
export interface ProtectionPlan {
  readonly schema: 'holdfast/protect-plan/1';
  readonly createdAt: string;
  readonly tool: string;
  readonly accountId: string;
  readonly vaultId: string;
  readonly instanceId: string;
  /** What was asked for. */
  readonly settings: ProtectionSettings;
  /** The properties of the instance as it will be: what Azure is asked to validate. */
  readonly instance: JsonObject;
  readonly steps: readonly ProtectionStep[];
  /** What is as it should be, in words. */
  readonly inPlace: readonly string[];
  /** What stays less than asked for, and why. */
  readonly notes: readonly string[];
  /** Digests of what was read, by name: the ground that the plan stands on. */
  readonly ground: Readonly<Record<string, string>>;
  readonly hash: string;
}

/** The hole in a body for the identity that the vault has, or will have. */
export const VAULT_PRINCIPAL: JsonObject = { $assigned: 'vault.principalId' };

export function sealProtectionPlan(plan: Omit<ProtectionPlan, 'hash'>, hasher: Pick<Hasher, 'digest'>): ProtectionPlan {
  return { ...plan, hash: digestOf(plan, hasher) };
}

/** Whether the plan is what was written, by its hash. */
export function isUntouched({ hash, ...rest }: ProtectionPlan, hasher: Pick<Hasher, 'digest'>): boolean {
  return digestOf(rest, hasher) === hash;
}

/** A digest of plain data; the same whether it was just made or came back from a file. */
export function digestOf(value: object, hasher: Pick<Hasher, 'digest'>): string {
  // Undefined does not survive JSON.
  const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
  return hasher.digest(new TextEncoder().encode(canonicalJson(plain)));
}
