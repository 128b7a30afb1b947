import type { ErrorCode } from '../src/core/errors.ts';

/** What to do about each error code when the message's own next step is not enough. A code without a remedy does not compile. */
export const errorRemedies: Readonly<Record<ErrorCode, string>> = {
  USAGE:
    'Compare the command line with `holdfast help` and the verb’s own `--help`. The message suggests the nearest name.',
  CONFIG_INVALID:
    'Correct the named key in `holdfast.yaml` or the named variable; `holdfast config print` shows each value and where it comes from.',
  CONFIRMATION_NEEDED: 'Read the plan first (`holdfast plan`), then repeat with `--yes`.',
  ORGANIZATION_NOT_FOUND:
    'Check the name, and that the credentials belong to a principal of the organization’s project: `holdfast doctor` tells the two apart.',
  ORGANIZATION_MISMATCH: 'Name the organization that the plan or point is of, or make a plan from a point of this one.',
  POINT_NOT_FOUND: 'List the points with `holdfast points`; name one by its id, or by `latest`.',
  POINT_SWEPT:
    'Choose another point with `holdfast points`. If this very one is needed, look for it in the backup of the vault.',
  RESOURCE_NOT_FOUND: 'Look for the id with `holdfast ls` or `holdfast find`; it may be in another point.',
  ALREADY_EXISTS: 'Choose another place, or remove what is there yourself if it is not needed.',
  DISK_FULL: 'Make room, or choose another place, and repeat the command.',
  CONFIRMATION_REFUSED: 'Repeat, and type the name of the organization exactly as the question shows it.',
  PLAN_INVALID: 'Make the plan again with `holdfast plan --out`; a plan file is not to be edited.',
  PLAN_REFUSED: 'Do what the message names, then make a new plan.',
  ENDPOINT_REFUSED: 'Use an https endpoint. Plain http is for the simulator on this machine.',
  ENDPOINT_NOT_APIGEE:
    'Check `HOLDFAST_APIGEE_ENDPOINT`, and whether a proxy or a login page answers in place of the API.',
  HOOK_FAILED: 'Run the named program by hand; mend it, raise its `timeout`, or take it out of `hooks.beforeBackup`.',
  REMOTE_UNREACHABLE: 'Check the network, the proxy (`HTTPS_PROXY`) and the endpoint, then repeat.',
  REMOTE_FAILED: 'Repeat later. Where the quota is the cause, lower the share that Holdfast may use.',
  REMOTE_DENIED: 'Grant the permission; `holdfast doctor` names the missing ones kind by kind.',
  REMOTE_NOT_FOUND: 'Check that the resource still exists; take a new plan or backup if it was deleted meanwhile.',
  REMOTE_CONFLICT: 'See what else changes the organization, then make a new plan.',
  REMOTE_INVALID: 'Read the API’s own words in the message; make a new plan if the organization has changed since.',
  REMOTE_ANSWER_INVALID: 'Repeat. If it stays, look for a proxy that alters answers, and report it otherwise.',
  BUNDLE_INVALID: 'Download the named revision by other means and look at it; delete the revision if nothing needs it.',
  BUNDLE_TOO_LARGE: 'Make the bundle smaller; Apigee would not accept it again as it is.',
  OPERATION_FAILED: 'Read the reason in the message, remove the cause, and make a new plan from the same point.',
  OPERATION_TIMEOUT: 'Wait for the operation, see with `holdfast diff` what has come about, then plan what is left.',
  ROLE_NOT_EFFECTIVE:
    'Run `holdfast protect apply` again some minutes later. If it stays, look for the role assignment of the vault on the storage account.',
  BACKUP_JOB_FAILED:
    'Read Azure’s words in the message, mend what they name, and run `holdfast protect backup-now` again.',
  BACKUP_JOB_INCOMPLETE:
    'Run `holdfast protect backup-now` again; `holdfast protect status` tells which recovery point is expected to hold what.',
  PROTECTION_REFUSED: 'Do what the message names, then run `holdfast protect plan` again.',
  AUDIT_NOT_WRITTEN:
    'Give the credentials the right to create objects below `audit/` in the vault, then repeat. `--break-glass REASON` is for the emergency in which that must wait.',
  STORE_UNREACHABLE: 'Check the network and the address of the vault, then repeat.',
  STORE_DENIED: 'Check the credentials of the store and their permission for the operation that the message names.',
  STORE_FULL: 'Make room in the store. Delete nothing inside the vault by hand.',
  STORE_FAILED: 'Read the store’s own words in the message, and repeat.',
  STORE_UNSUITABLE: 'Choose a place of the kind that the message names.',
  FINISHED_PARTIAL:
    'Read the holes or failed calls in the report, remove their causes, and repeat. For permissions ask `holdfast doctor`.',
  HOOK_FAILED_AFTERWARDS: 'Do by hand what the named program should have done; the point itself is good.',
  PRUNE_REFUSED: 'Read the reasons, mend what they name, and look at the preview again: `holdfast prune`.',
  PLAN_STALE: 'Look at what moved, then make a new plan and read it.',
  KEYRING_STALE: 'Look at `holdfast key list`, then run it again if it is still meant.',
  VAULT_NOT_FOUND: 'Check `--vault` or `HOLDFAST_VAULT`; `holdfast init` makes a vault where there is none.',
  RUN_ACTIVE: 'Wait for the other run, or stop it where it was started. Its lease ends by itself.',
  LEASE_LOST: 'See with `holdfast diff` what was done, then plan what is left.',
  KEY_MISSING: 'Supply the key that the message names, by `--keys`, `HOLDFAST_KEYS` or its own variable.',
  KEY_INVALID: 'Put a good copy of the key file in its place.',
  KEY_OF_ANOTHER_VAULT: 'Use the keys that were made together with this vault.',
  KEY_VAULT_REFUSED:
    'Grant the identity the role Key Vault Crypto User on the key, enable or recover it; root.key opens the vault meanwhile.',
  NO_CREDENTIALS: 'Log in (`gcloud auth application-default login`), or set `HOLDFAST_APIGEE_TOKEN`.',
  UNAUTHENTICATED: 'Get new credentials: the token has expired, was withdrawn, or is of another issuer.',
  FEDERATION_REFUSED:
    'Do what the message names: it compares issuer, audience, subject, times and key of the token with what the provider takes. `holdfast doctor --identity` reads the provider; `docs/identity.md` shows the whole set-up.',
  IMPERSONATION_REFUSED:
    'Grant `roles/iam.workloadIdentityUser` on the service account to the principal that the message names; a new binding takes a minute or two.',
  CREDENTIAL_FILE_REFUSED:
    'Make the file again with `gcloud iam workload-identity-pools create-cred-config`, or do without one: `identity.google` of kind `azure-federation` needs none.',
  VAULT_DAMAGED:
    'Run `holdfast verify --all-data` for the whole extent, bring the object back from the store’s versions or a copy, and take a backup now.',
  VAULT_FORMAT_NEWER: 'Use the version of Holdfast that the message names, or a later one.',
  SIGNATURE_INVALID: 'Treat the object as forged: find out who can write to the store. Restore from another point.',
  SIGNER_REVOKED: 'Restore from a point that another key signed, or that is older than the revocation.',
  READBACK_DIFFERS: 'Read the report for what differs and why; make a new plan from the same point.',
  INTERNAL: 'Report it, with the output of the same command under `--log-level debug`. Logs hold no secret.',
  INTERRUPTED: 'Repeat the command; a backup goes on from its last checkpoint, a restore needs a new plan.',
  TERMINATED: 'Find out what ended the process (a time limit, a shutdown), and repeat the command.',
};
