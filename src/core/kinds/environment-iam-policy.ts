import { apiPath } from './api-path.ts';
import { iamPolicyKind } from './iam-policy-kind.ts';
import type { Kind } from './kind.ts';

export const environmentIamPolicy: Kind = iamPolicyKind({
  name: 'environment-iam-policy',
  scope: 'environment',
  of: 'an environment',
  ofMany: 'environments',
  pattern: 'environments/*',
  path: apiPath,
});
