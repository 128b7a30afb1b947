import type { ArmAnswer } from './route.ts';
import { ArmFault } from './arm-fault.ts';
import type { ArmSwitches } from './switches.ts';
import type { ArmWorld } from './arm-world.ts';

/** The host that stands in the headers, whatever address the simulator listens on: clients keep the public one. */
const PUBLIC_HOST = 'https://management.azure.com';

interface Operation {
  readonly id: string;
  readonly name: string;
  readonly startTime: string;
  endTime?: string;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  error?: { readonly code: string; readonly message: string };
  jobId?: string;
}

/** What an operation does when its time has come; a job's id when it starts one. An ArmFault makes it fail. */
export type OperationWork = () => string | undefined | Promise<string | undefined>;

/** Long-running operations: answered at once with where to look, done when the clock has come so far. */
export class ArmOperations {
  readonly #world: ArmWorld;
  readonly #switches: ArmSwitches;
  readonly #operations = new Map<string, Operation>();
  /** The host of the headers; a test may write another one to see a client refuse it. */
  host = PUBLIC_HOST;

  constructor(world: ArmWorld, switches: ArmSwitches) {
    this.#world = world;
    this.#switches = switches;
  }

  /** Starts an operation; the answer has the headers and, for a resource, the resource as it is now. */
  start(subscription: string, answer: ArmAnswer, work: OperationWork): ArmAnswer {
    const name = this.#world.random.uuid();
    const base = `/subscriptions/${subscription}/providers/Microsoft.DataProtection/locations/westeurope`;
    const operation: Operation = {
      id: `${base}/operationStatus/${name}`,
      name,
      startTime: this.#world.now(),
      status: 'InProgress',
    };
    this.#operations.set(name, operation);
    this.#world.schedule(this.#switches.operationMs, () => this.#finish(operation, work));
    const version = 'api-version=2026-06-01';
    return {
      ...answer,
      headers: {
        'azure-asyncoperation': `${this.host}${operation.id}?${version}`,
        location: `${this.host}${base}/operationResults/${name}?${version}`,
        'retry-after': String(this.#switches.retryAfterSeconds),
      },
    };
  }

  status(name: string): ArmAnswer {
    const { id, status, startTime, endTime, error, jobId } = this.#get(name);
    const body = {
      id,
      name,
      status,
      startTime,
      ...(endTime === undefined ? {} : { endTime }),
      ...(error === undefined ? {} : { error }),
      ...(jobId === undefined ? {} : { properties: { objectType: 'OperationJobExtendedInfo', jobId } }),
    };
    return { status: 200, body, headers: status === 'InProgress' ? this.#wait() : {} };
  }

  result(name: string): ArmAnswer {
    const { status, error, jobId } = this.#get(name);
    if (status === 'InProgress') return { status: 202, headers: this.#wait() };
    if (error !== undefined) throw new ArmFault(400, error.code, error.message);
    if (jobId === undefined) return { status: 200, body: {}, type: '*' };
    return { status: 200, body: { objectType: 'OperationJobExtendedInfo', jobId }, type: 'OperationJobExtendedInfo' };
  }

  #wait(): Readonly<Record<string, string>> {
    return { 'retry-after': String(this.#switches.retryAfterSeconds) };
  }

  #get(name: string): Operation {
    const operation = this.#operations.get(name);
    if (operation === undefined) throw new ArmFault(404, 'OperationNotFound', `There is no operation ${name}.`);
    return operation;
  }

  async #finish(operation: Operation, work: OperationWork): Promise<void> {
    try {
      const jobId = await work();
      if (jobId !== undefined) operation.jobId = jobId;
      operation.status = 'Succeeded';
    } catch (error) {
      if (!(error instanceof ArmFault)) throw error;
      operation.status = 'Failed';
      operation.error = { code: error.code, message: error.message };
    }
    operation.endTime = this.#world.now();
  }
}
