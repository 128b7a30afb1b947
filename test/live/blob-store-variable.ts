/** Names a storage account that may be filled with containers `holdfast-contract-…`; they are deleted afterwards. */
const VARIABLE = 'HOLDFAST_TEST_AZURE_CONNECTION_STRING';

/** The connection string of that account; empty where none is named. */
export const connectionString = process.env[VARIABLE] ?? '';

/** What is said, loudly, where no account is named: on stdout, and wherever a test reports. */
export const AZURE_ABSENT =
  `NOT RUN: ${VARIABLE} is not set, so that nothing is known here of how the vault gets on with Azure itself. ` +
  'Set it to the connection string of an account made for it, then: npm run test:azure';
