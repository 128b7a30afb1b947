import { UserError } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import type { GoogleEndpoints } from './google-endpoints.ts';

/** A credential file whose URLs all lead where they may. */
export interface CheckedCredential {
  readonly type: string;
  readonly content: JsonObject;
}

type Rule = (url: URL) => boolean;

const host =
  (...names: readonly (string | RegExp)[]): Rule =>
  ({ protocol, hostname, port }) =>
    protocol === 'https:' &&
    port === '' &&
    names.some((name) => (typeof name === 'string' ? name === hostname : name.test(hostname)));

const tokenService = host('sts.googleapis.com', /^sts\.[a-z]+-[a-z]+\d+\.rep\.googleapis\.com$/);
const IMPERSONATION = /^\/v1\/projects\/-\/serviceAccounts\/[^/:@]+@[^/:]+:generateAccessToken$/;
const impersonation: Rule = (url) =>
  host('iamcredentials.googleapis.com')(url) && IMPERSONATION.test(decodePath(url.pathname)) && url.search === '';
/** '' for what is not encoded as an address is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
/** The metadata service of a virtual machine; it has no certificate and no other address. */
const metadata: Rule = ({ protocol, host: address, pathname }) =>
  protocol === 'http:' && address === '169.254.169.254' && pathname === '/metadata/identity/oauth2/token';

interface UrlRule {
  readonly may: Rule;
  readonly where: string;
  /** True for what a simulator on this machine may stand in for. */
  readonly mayBeTest?: true;
}

/** Every field of a credential file that holds an address, by its path. Another one that looks like an address is refused. */
const urlRules: Readonly<Record<string, UrlRule>> = {
  token_url: { may: tokenService, where: 'https://sts.googleapis.com', mayBeTest: true },
  token_info_url: { may: host('sts.googleapis.com'), where: 'https://sts.googleapis.com', mayBeTest: true },
  service_account_impersonation_url: {
    may: impersonation,
    where: 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ADDRESS:generateAccessToken',
    mayBeTest: true,
  },
  'credential_source.url': {
    may: metadata,
    where: 'http://169.254.169.254/metadata/identity/oauth2/token',
    mayBeTest: true,
  },
  revoke_url: { may: host('sts.googleapis.com'), where: 'https://sts.googleapis.com' },
  token_uri: {
    may: host('oauth2.googleapis.com', 'accounts.google.com'),
    where: 'https://oauth2.googleapis.com',
  },
  auth_uri: { may: host('accounts.google.com'), where: 'https://accounts.google.com' },
  auth_provider_x509_cert_url: { may: host('www.googleapis.com'), where: 'https://www.googleapis.com' },
  client_x509_cert_url: { may: host('www.googleapis.com'), where: 'https://www.googleapis.com' },
};

/** Sources of a token that are taken from a file of this type; the others run a program or belong to another cloud. */
const SOURCES = ['url', 'file'];
const AUDIENCE = /^\/\/iam\.googleapis\.com\/(?:projects\/\d+\/)?locations\/global\/work(?:load|force)/;

/**
 * Reads the text of a Google credential file and refuses it unless every address in it is one where such a credential may
 * be sent. UserError `CREDENTIAL_FILE_REFUSED` that names the field and the host, never a value that could be secret.
 */
export function checkCredentialFile(
  text: string,
  file: string,
  endpoints: Pick<GoogleEndpoints, 'testOrigin'>,
): CheckedCredential {
  const content = parse(text, file);
  const type = typeof content['type'] === 'string' ? content['type'] : '';
  const { universe_domain: universe } = content;
  if (universe !== undefined && universe !== 'googleapis.com')
    throw refused(file, 'universe_domain', 'is not googleapis.com');
  checkUrls(content, '', { file, testOrigin: endpoints.testOrigin });
  if (type === 'external_account') checkExternalAccount(content, file);
  return { type, content };
}

function parse(text: string, file: string): JsonObject {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw refused(file, 'it', 'is not JSON');
  }
  // What JSON.parse gives is JSON.
  if (!isJsonObject(content as JsonValue)) throw refused(file, 'it', 'is not a JSON object');
  return content as JsonObject;
}

interface Place {
  readonly file: string;
  readonly testOrigin: string | undefined;
}

function checkUrls(value: JsonObject, above: string, place: Place): void {
  for (const [name, part] of Object.entries(value)) {
    // A credential within a credential is held to the same rules.
    const at = name === 'source_credentials' ? '' : `${above}${name}`;
    if (typeof part === 'string') checkUrl(part, at, place);
    else if (Array.isArray(part)) checkUrls(Object.fromEntries(part.entries()), `${at}.`, place);
    else if (isJsonObject(part)) checkUrls(part, at === '' ? '' : `${at}.`, place);
  }
}

function checkUrl(text: string, at: string, { file, testOrigin }: Place): void {
  const rule = urlRules[at];
  if (rule === undefined) {
    // Names of resources begin with two slashes; headers and formats have none.
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refused(file, at, 'is an address that no such file needs');
    return;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused(file, at, 'is no address');
  if (url.username !== '' || url.password !== '') throw refused(file, at, 'has a user name in its address');
  if (rule.mayBeTest === true && testOrigin !== undefined && url.origin === testOrigin) return;
  if (!rule.may(url)) throw refused(file, at, `leads to ${url.protocol}//${url.host}, not to ${rule.where}`);
}

function checkExternalAccount(content: JsonObject, file: string): void {
  const { audience, token_url: tokenUrl, credential_source: source } = content;
  if (typeof audience !== 'string' || !AUDIENCE.test(audience))
    throw refused(file, 'audience', 'is not the full name of a provider at //iam.googleapis.com');
  if (typeof tokenUrl !== 'string') throw refused(file, 'token_url', 'is missing');
  if (source === undefined || !isJsonObject(source)) throw refused(file, 'credential_source', 'is missing');
  const others = Object.keys(source).filter((name) => !['headers', 'format', ...SOURCES].includes(name));
  if (others.length > 0)
    throw refused(
      file,
      `credential_source.${others[0] ?? ''}`,
      'is a source that is not accepted: only url and file are',
    );
  if (!SOURCES.some((name) => typeof source[name] === 'string'))
    throw refused(file, 'credential_source', 'names neither url nor file');
}

function refused(file: string, field: string, why: string): UserError {
  return new UserError({
    code: 'CREDENTIAL_FILE_REFUSED',
    message: `The credential file ${file} is refused: ${field} ${why}.`,
    resource: file,
    next: 'Make it again with gcloud iam workload-identity-pools create-cred-config, or use identity.google of kind azure-federation, which needs no file.',
  });
}
