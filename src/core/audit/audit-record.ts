/** One thing that is known of an action; never the value of a secret. */
export type AuditFact = string | number | boolean | readonly string[];
export type AuditFacts = Readonly<Record<string, AuditFact>>;

/** Who acts, as the operating system or the environment of a CI system says. */
export interface AuditPrincipal {
  readonly type: 'user' | 'workload';
  readonly name: string;
  /** What the environment claims of the run: repository, workflow, build … */
  readonly claims?: Readonly<Record<string, string>>;
}

export type AuditEffect = 'changes' | 'reveals';
export type AuditResult = 'done' | 'partial' | 'refused' | 'failed';

/** What a process says of itself when it opens its stream. */
export interface AuditOpened {
  readonly event: 'opened';
  readonly principal: AuditPrincipal;
  readonly host: string;
  readonly process: number;
  readonly tool: string;
}

/** Durable before anything is changed or revealed. */
export interface AuditBegan {
  readonly event: 'began';
  /** Number of the action in its stream, from 1. */
  readonly act: number;
  readonly action: string;
  readonly effect: AuditEffect;
  readonly organization?: string;
  /** Options and arguments by name, without what may be secret. */
  readonly given: AuditFacts;
  readonly reason?: string;
  readonly breakGlass?: string;
}

/** What exactly is about to be done; durable before the first call. */
export interface AuditDeclared {
  readonly event: 'declared';
  readonly act: number;
  readonly facts: AuditFacts;
}

export interface AuditEnded {
  readonly event: 'ended';
  readonly act: number;
  readonly result: AuditResult;
  readonly exit: number;
  /** The error's stable code. */
  readonly code?: string;
  readonly facts: AuditFacts;
}

export type AuditEvent = AuditEntry['event'];
export type AuditEntry = AuditOpened | AuditBegan | AuditDeclared | AuditEnded;

/** An entry as it is written: when, and after which line of the stream. */
export type AuditRecord = AuditEntry & {
  readonly at: string;
  /** Hash of the line before it in the stream; null in the first. */
  readonly previous: string | null;
};

/** A batch of the trail by name and hash: what is known outside of it. */
export interface AuditHead {
  readonly name: string;
  readonly hash: string;
}

/** `audit/<stream>/<seq>@<hash>`: how a head is written outside the vault. */
export function formatAuditHead({ name, hash }: AuditHead): string {
  return `${name}@${hash}`;
}

const NAME = /^audit\/([^/]+)\/(\d{6})$/;

/** Stream and number in the name of a batch; undefined when it is none. */
export function splitBatchName(name: string): { readonly stream: string; readonly number: number } | undefined {
  const [, stream, number] = NAME.exec(name) ?? [];
  return stream === undefined || number === undefined ? undefined : { stream, number: Number(number) };
}

const HEADS = /audit\/(\d{8}T\d{9}Z-[0-9a-f]{16})\/(\d{6})@([0-9a-f]{64})(?![0-9a-f])/g;

/** Every head that a text has: a log, a JSON document, a list. */
export function findAuditHeads(text: string): AuditHead[] {
  return [...text.matchAll(HEADS)].map(([, stream = '', number = '', hash = '']) => ({
    name: `audit/${stream}/${number}`,
    hash,
  }));
}
