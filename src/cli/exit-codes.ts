/** The exit codes as `--help` prints them; `docs/exit-codes.md` says more. */
export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'done; no difference'],
  ['1', 'error; nothing was changed'],
  [
    '2',
    'differences (diff, drift; plan, restore, protect plan with --exit-code), findings (doctor, posture, secrets status, protect status, vault test)',
  ],
  ['3', 'finished but partial: holes in the point, a call failed, or unknowns in a comparison'],
  ['4', 'refused by policy, or waiting for approval'],
  ['5', 'the plan is stale'],
  ['10', 'no vault'],
  ['11', 'another run is active'],
  ['12', 'key or credential problem'],
  ['13', 'verification failed, or what was read back differs'],
  ['64', 'usage'],
  ['130', 'interrupted'],
  ['143', 'terminated'],
];
