/** A refusal as resource manager words it. */
export class ArmFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ArmFault';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(code: string, message: string): ArmFault {
  return new ArmFault(400, code, message);
}

export function resourceNotFound(type: string, name: string, group: string): ArmFault {
  return new ArmFault(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** What is asked for exists in Azure, but not here. */
export function notModelled(what: string): ArmFault {
  return new ArmFault(501, 'SimulatorDoesNotModel', `The simulator does not model ${what}.`);
}
