import type { ErrorCode } from '../src/core/errors.ts';

/** What each error code tells an operator. A code without a meaning does not compile. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  USAGE: 'The command line cannot be understood: an unknown flag, a missing or bad value.',
  CONFIG_INVALID: 'The configuration file or an environment variable has an unknown key or a bad value.',
  CONFIRMATION_NEEDED: 'The verb changes the organization; there is no terminal to ask on and `--yes` was not given.',
  ORGANIZATION_NOT_FOUND: 'The API knows no such organization, or does not show it to these credentials.',
  ORGANIZATION_MISMATCH: 'The plan or point belongs to another organization than the one named.',
  POINT_NOT_FOUND: 'No recovery point fits what was given.',
  POINT_SWEPT: 'The recovery point was deleted by a prune, under the retention policy; its record says when.',
  RESOURCE_NOT_FOUND: 'The point has no such resource or file, or what was selected is nowhere.',
  ALREADY_EXISTS: 'What was to be created is there already. It was not touched.',
  DISK_FULL: 'No room is left for the files that were to be written: by the disk, a quota or a limit on their size.',
  CONFIRMATION_REFUSED: 'The question was not answered with the name of the organization.',
  PLAN_INVALID: 'The plan file is damaged, was edited, or is of another format.',
  PLAN_REFUSED: 'The plan cannot be carried out as it is.',
  ENDPOINT_REFUSED: 'The endpoint is not allowed: plain http is accepted to this machine only.',
  ENDPOINT_NOT_APIGEE: 'The endpoint answers, but not as the Apigee API does (a login page, a proxy).',
  HOOK_FAILED:
    'A program that the configuration runs before a backup failed, hung or was not found; no backup was taken.',
  REMOTE_UNREACHABLE: 'No connection, or no answer in time, after retries.',
  REMOTE_FAILED: 'The API failed (5xx), or refused for its quota, after retries.',
  REMOTE_DENIED: 'The API refused these credentials (403).',
  REMOTE_NOT_FOUND: 'The API does not know the resource (404).',
  REMOTE_CONFLICT: 'The API refused because of a conflict (409).',
  REMOTE_INVALID: 'The API refused the request as invalid (400).',
  REMOTE_ANSWER_INVALID: 'The answer of the API is cut short or not what its description says.',
  BUNDLE_INVALID: 'A bundle is not a proper archive: broken, a bomb, or with paths that lead outside.',
  BUNDLE_TOO_LARGE: 'A bundle is larger than Apigee accepts.',
  OPERATION_FAILED: 'A long-running operation of the API ended with an error.',
  OPERATION_TIMEOUT: 'A long-running operation or a deployment did not end in time; it may still do so.',
  ROLE_NOT_EFFECTIVE:
    'The identity of the Backup vault may not (yet) back up or restore into the storage account: role assignments take minutes to count.',
  BACKUP_JOB_FAILED: 'A backup or restore job of Azure Backup failed or was cancelled.',
  BACKUP_JOB_INCOMPLETE:
    'A backup job of Azure Backup completed with warnings, or made a partial recovery point: it may lack data of the vault.',
  PROTECTION_REFUSED:
    'The storage account cannot be protected as the configuration asks; the message says what is in the way.',
  AUDIT_NOT_WRITTEN: 'The audit trail did not take the record of what was about to be done, so it was not done.',
  STORE_UNREACHABLE: 'No connection to the store of the vault, after retries.',
  STORE_DENIED: 'The store of the vault refused these credentials or this operation.',
  STORE_FULL: 'The store of the vault has no room left.',
  STORE_FAILED: 'The store of the vault failed in another way.',
  STORE_UNSUITABLE: 'The place is of a kind that cannot hold a vault, or not do what was asked.',
  HOOK_FAILED_AFTERWARDS:
    'The backup was taken and stays; a program that runs after it, with `onFailure: abort`, failed, hung or was not found.',
  FINISHED_PARTIAL: 'The work was done but for the holes or failed calls that are named.',
  PRUNE_REFUSED: 'Nothing may be marked or deleted: what it would be decided from cannot be relied on.',
  PLAN_STALE: 'A resource of the plan is not what it was when the plan was made. Nothing was changed.',
  KEYRING_STALE: 'Somebody else changed the keys of the vault meanwhile. Nothing was changed.',
  VAULT_NOT_FOUND: 'There is no vault at that place.',
  RUN_ACTIVE: 'Another run changes this organization; the message says who, and since when.',
  LEASE_LOST: 'The lease that keeps other runs away could not be renewed; no further call was sent.',
  KEY_MISSING: 'The verb needs a key that is not at hand.',
  KEY_INVALID: 'A key file is damaged or is not a key file.',
  KEY_OF_ANOTHER_VAULT: 'The key belongs to another vault.',
  KEY_VAULT_REFUSED: 'Azure Key Vault did not use its key: no permission, or the key is disabled, expired or deleted.',
  NO_CREDENTIALS: 'There are no credentials for the Apigee API or the store.',
  UNAUTHENTICATED: 'The credentials were refused (401), also after one refresh.',
  FEDERATION_REFUSED: "Google's token service refused the token of this workload.",
  IMPERSONATION_REFUSED: 'Google refused to let this workload act as the service account.',
  CREDENTIAL_FILE_REFUSED:
    'A Google credential file holds an address where such a credential may not be sent, or is of a form that is not accepted.',
  VAULT_DAMAGED:
    'An object of the vault is missing, or is not what was written; the message names the points it hurts.',
  VAULT_FORMAT_NEWER: 'The vault is of a format that a newer version of Holdfast reads; the message says which.',
  SIGNATURE_INVALID:
    'A signature in the vault does not fit: the object was not written by a holder of a registered key.',
  SIGNER_REVOKED: 'The point was signed with a key that was revoked before.',
  READBACK_DIFFERS: 'What was written was read back and differs.',
  INTERNAL: 'A fault in Holdfast.',
  INTERRUPTED:
    'Interrupted (Ctrl-C, SIGINT). What was finished is put away first; a second signal, a second or more after the first, ends it at once.',
  TERMINATED:
    'Terminated (SIGTERM, SIGHUP). What was finished is put away first; a second signal, a second or more after the first, ends it at once.',
};
