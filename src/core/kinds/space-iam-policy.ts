import { apiPath } from './api-path.ts';
import { iamPolicyKind } from './iam-policy-kind.ts';
import type { Kind } from './kind.ts';

export const spaceIamPolicy: Kind = iamPolicyKind({
  name: 'space-iam-policy',
  scope: 'space',
  of: 'a space',
  ofMany: 'spaces',
  pattern: 'spaces/*',
  path: apiPath,
});
