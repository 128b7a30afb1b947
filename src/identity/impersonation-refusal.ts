import { UserError } from '../core/errors.ts';
import type { FederationAttempt } from './federation-refusal.ts';

/** What a refusal of `generateAccessToken` means, with what to mend. */
export function impersonationRefusal(
  { status, message: said }: { readonly status: number; readonly message: string },
  attempt: FederationAttempt,
  cause: unknown,
): UserError {
  const account = attempt.serviceAccount ?? 'the service account';
  const { message, next } = readingOf(status, said, attempt, account);
  return new UserError({
    code: 'IMPERSONATION_REFUSED',
    message,
    next,
    resource: account,
    cause,
  });
}

function readingOf(
  status: number,
  said: string,
  attempt: FederationAttempt,
  account: string,
): { readonly message: string; readonly next: string } {
  const project = /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1] ?? 'PROJECT';
  if (/has not been used in project|it is disabled/.test(said)) {
    return {
      message: `The IAM Service Account Credentials API is not enabled for ${account}.`,
      next: `Enable it: gcloud services enable iamcredentials.googleapis.com --project ${project}`,
    };
  }
  if (status === 403) {
    const principal = principalOf(attempt);
    return {
      message: `${principal} may not act as ${account}.`,
      next: `Grant it: gcloud iam service-accounts add-iam-policy-binding ${account} --role roles/iam.workloadIdentityUser --member '${principal}'. It takes a minute or two.`,
    };
  }
  if (status === 404) {
    return {
      message: `There is no service account ${account}.`,
      next: 'Correct serviceAccount in identity.google, or make it: holdfast init identity.',
    };
  }
  return {
    message: `Google refused to act as ${account} (${status}): ${said}`,
    next: 'Compare the service account with what is configured: holdfast doctor --identity.',
  };
}

function principalOf({ audience, claims }: FederationAttempt): string {
  const [, pool = 'POOL'] = /^\/\/iam\.googleapis\.com\/(.+)\/providers\//.exec(audience) ?? [];
  return `principal://iam.googleapis.com/${pool}/subject/${claims?.subject ?? 'SUBJECT'}`;
}
