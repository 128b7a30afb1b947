import type { TestContext } from 'node:test';

/** Variables that @azure/identity reads from the process itself. */
const VARIABLES = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
  'SYSTEM_OIDCREQUESTURI',
] as const;

/** Sets them for a test and takes all others of them away; what was there comes back after it. */
export function useIdentityEnvironment(
  t: TestContext,
  values: { readonly [Name in (typeof VARIABLES)[number]]?: string },
): void {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of VARIABLES) put(name, values[name]);
  t.after(() => {
    for (const [name, value] of before) put(name, value);
  });
}
