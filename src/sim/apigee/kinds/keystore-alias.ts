import { X509Certificate } from 'node:crypto';
import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { type Document, isDocument, textIn } from '../document.ts';
import { type Call, flagIn, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getKeystore } from './keystore.ts';

/** Aliases: uploaded as PEM files, the certificate can be read and replaced, the private key never. */
export const keystoreAliasRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.keystores.aliases.list',
    undocumented: 'GET ~/environments/{environmentsId}/keystores/{keystoresId}/aliases',
    handle: ({ organization, path }) =>
      ok([...organization.store.list('alias', ownerOf(organization, path))].map((item) => item.name)),
  },
  {
    id: 'organizations.environments.keystores.aliases.get',
    handle: ({ organization, path }) => ok(shown(organization, getAlias(organization, path))),
  },
  {
    id: 'organizations.environments.keystores.aliases.getCertificate',
    handle: ({ organization, path }) => ({
      status: 200,
      bytes: new TextEncoder().encode(textIn(getAlias(organization, path), 'certificate')),
      contentType: 'application/x-pem-file',
    }),
  },
  { id: 'organizations.environments.keystores.aliases.create', handle: createAlias },
  { id: 'organizations.environments.keystores.aliases.update', handle: replaceCertificate },
  {
    id: 'organizations.environments.keystores.aliases.delete',
    handle: ({ organization, path }) => {
      const alias = getAlias(organization, path);
      organization.store.delete('alias', ownerOf(organization, path), textIn(alias, 'alias'));
      return ok(shown(organization, alias));
    },
  },
];

function ownerOf(organization: SimulatedOrganization, path: Call['path']): string {
  return `${path['environmentsId'] ?? ''}/${textIn(getKeystore(organization, path), 'name')}`;
}

function getAlias(organization: SimulatedOrganization, path: Call['path']): Document {
  const name = path['aliasesId'] ?? '';
  const alias = organization.store.find('alias', ownerOf(organization, path), name);
  if (alias === undefined) throw notFound(`alias ${name} not found in keystore ${path['keystoresId'] ?? ''}`);
  return alias;
}

function createAlias({ organization, path, query, body }: Call) {
  const owner = ownerOf(organization, path);
  const alias = query['alias'] ?? '';
  if (query['format'] !== 'keycertfile') throw invalidArgument(`format "${query['format'] ?? ''}" is not supported`);
  if (!/^[^/]{1,255}$/u.test(alias)) throw invalidArgument('alias is required and must not have a slash');
  if (organization.store.has('alias', owner, alias)) throw alreadyExists(`alias ${alias} already exists`);
  const files = isDocument(body) ? body : {};
  const certificate = checkedCertificate(organization, query, files);
  const type = textIn(files, 'keyFile') === '' ? 'CERT' : 'KEY_CERT';
  const document = { alias, type, certificate };
  organization.store.put('alias', owner, alias, document);
  return ok(shown(organization, document));
}

function replaceCertificate({ organization, path, query, body }: Call) {
  const before = getAlias(organization, path);
  const certificate = checkedCertificate(organization, query, isDocument(body) ? body : {});
  const document = { ...before, certificate };
  organization.store.put('alias', ownerOf(organization, path), textIn(before, 'alias'), document);
  return ok(shown(organization, document));
}

function checkedCertificate(organization: SimulatedOrganization, query: Call['query'], files: Document): string {
  const text = textIn(files, 'certFile');
  const [parsed] = certificatesIn(text);
  if (parsed === undefined) throw invalidArgument('certFile is no PEM certificate');
  const isExpired = Date.parse(parsed.validTo) < organization.world.clock.nowMs();
  if (isExpired && !flagIn(query, 'ignoreExpiryValidation')) throw invalidArgument('the certificate has expired');
  return text;
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function certificatesIn(text: string): X509Certificate[] {
  try {
    return [...text.matchAll(block)].map(([pem]) => new X509Certificate(pem));
  } catch {
    throw invalidArgument('certFile is no PEM certificate');
  }
}

/** What a GET answers: never the certificate itself, but what is in it. */
function shown(organization: SimulatedOrganization, { alias, type, certificate }: Document): Document {
  const now = organization.world.clock.nowMs();
  const certInfo = certificatesIn(String(certificate)).map((parsed) => ({
    version: 3,
    subject: parsed.subject.replaceAll('\n', ', '),
    issuer: parsed.issuer.replaceAll('\n', ', '),
    serialNumber: parsed.serialNumber,
    validFrom: String(Date.parse(parsed.validFrom)),
    expiryDate: String(Date.parse(parsed.validTo)),
    isValid: Date.parse(parsed.validTo) > now ? 'Yes' : 'No',
  }));
  return { alias, type, certsInfo: { certInfo } };
}
