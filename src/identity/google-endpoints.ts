import { UserError } from '../core/errors.ts';
import { isLoopbackHost } from '../platform/loopback.ts';

/** Where Google's identity services answer; each without a slash at the end. */
export interface GoogleEndpoints {
  readonly sts: string;
  readonly iamCredentials: string;
  readonly iam: string;
  readonly resourceManager: string;
  /** The origin of a simulator that stands in for all of them; in tests only. */
  readonly testOrigin?: string;
}

/** Names the origin of a simulator on this machine. Nothing else lifts the rule that only Google's own hosts are asked. */
const TEST_ORIGIN_VARIABLE = 'HOLDFAST_TEST_GOOGLE_ORIGIN';

const google: GoogleEndpoints = {
  sts: 'https://sts.googleapis.com',
  iamCredentials: 'https://iamcredentials.googleapis.com',
  iam: 'https://iam.googleapis.com',
  resourceManager: 'https://cloudresourcemanager.googleapis.com',
};

/** Google's own, or the simulator that the test variable names. UserError `ENDPOINT_REFUSED` for one that is not on this machine. */
export function readGoogleEndpoints(environment: Readonly<Record<string, string | undefined>>): GoogleEndpoints {
  const text = environment[TEST_ORIGIN_VARIABLE] || undefined;
  if (text === undefined) return google;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isLoopbackHost(url.hostname) || url.origin !== text) {
    throw new UserError({
      code: 'ENDPOINT_REFUSED',
      message: `${TEST_ORIGIN_VARIABLE} is not the origin of a simulator on this machine.`,
      next: `Unset ${TEST_ORIGIN_VARIABLE}: it is for tests, and takes http://127.0.0.1:PORT only.`,
    });
  }
  return { sts: text, iamCredentials: text, iam: text, resourceManager: text, testOrigin: text };
}
