import type { z } from 'zod';
import {
  auditEvidenceDataDocument,
  auditEvidenceDocument,
  auditEvidenceManifestDocument,
  auditListDocument,
  auditUploadDocument,
  auditVerifyDocument,
} from './audit.ts';
import { backupDocument } from './backup.ts';
import { catDocument } from './cat.ts';
import { configDocument } from './config.ts';
import { diffDocument, driftDocument } from './diff.ts';
import { doctorDocument } from './doctor.ts';
import { drillDocument } from './drill.ts';
import { errorDocument } from './error.ts';
import { exportDocument, exportManifestDocument } from './export.ts';
import { findDocument } from './find.ts';
import { holdDocument, pruneDocument } from './prune.ts';
import { initDocument } from './init.ts';
import { initIdentityDocument } from './init-identity.ts';
import { keyChangeDocument, keyKitDocument, keyListDocument, keyRequestDocument } from './key.ts';
import { lsDocument } from './ls.ts';
import { planDocument } from './plan.ts';
import { pointsDocument } from './points.ts';
import { postureDocument } from './posture.ts';
import { applyDocument, restoreDocument } from './restore.ts';
import {
  protectApplyDocument,
  protectBackupNowDocument,
  protectLockDocument,
  protectPlanDocument,
  protectStatusDocument,
  protectTemplateDocument,
} from './protect.ts';
import { secretsStatusDocument } from './secrets.ts';
import { showDocument } from './show.ts';
import { vaultTestDocument } from './vault.ts';
import { verifyDocument } from './verify.ts';
import { versionDocument } from './version.ts';

/** Every JSON document of the command line by the name of its published schema, `schemas/NAME.schema.json`. */
export const documents = {
  apply: applyDocument,
  'audit-evidence': auditEvidenceDocument,
  'audit-evidence-data': auditEvidenceDataDocument,
  'audit-evidence-manifest': auditEvidenceManifestDocument,
  'audit-list': auditListDocument,
  'audit-upload': auditUploadDocument,
  'audit-verify': auditVerifyDocument,
  backup: backupDocument,
  cat: catDocument,
  config: configDocument,
  diff: diffDocument,
  doctor: doctorDocument,
  drift: driftDocument,
  drill: drillDocument,
  error: errorDocument,
  export: exportDocument,
  'export-manifest': exportManifestDocument,
  find: findDocument,
  hold: holdDocument,
  init: initDocument,
  'init-identity': initIdentityDocument,
  'key-change': keyChangeDocument,
  'key-kit': keyKitDocument,
  'key-list': keyListDocument,
  'key-request': keyRequestDocument,
  ls: lsDocument,
  plan: planDocument,
  points: pointsDocument,
  posture: postureDocument,
  'protect-apply': protectApplyDocument,
  'protect-backup-now': protectBackupNowDocument,
  'protect-lock': protectLockDocument,
  'protect-plan': protectPlanDocument,
  'protect-status': protectStatusDocument,
  'protect-template': protectTemplateDocument,
  prune: pruneDocument,
  restore: restoreDocument,
  'secrets-status': secretsStatusDocument,
  show: showDocument,
  'vault-test': vaultTestDocument,
  verify: verifyDocument,
  version: versionDocument,
} as const satisfies { readonly [name: string]: z.ZodType };

export type DocumentName = keyof typeof documents;

type Frozen<Value> = Value extends readonly (infer Element)[]
  ? readonly Frozen<Element>[]
  : Value extends object
    ? { readonly [Field in keyof Value]: Frozen<Value[Field]> }
    : Value;

/** What a verb prints with `-o json`, as a type: a verb that builds its document as this cannot leave the contract. */
export type OutputDocument<Name extends DocumentName> = Frozen<z.infer<(typeof documents)[Name]>>;
