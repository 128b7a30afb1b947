import type { BundleFile } from '../core/entry.ts';
import type { BundleFacts } from '../core/kinds/kind.ts';
import { compareIds } from '../core/resource.ts';
import { descendants, type FindRoot, rootsOnce, type XmlElement } from './bundle-xml.ts';

/** Rises when the derivation below would give other facts for the same files. */
const FACTS_VERSION = 1;

/** Only files that mention one of these are parsed: most policies refer to nothing outside the bundle. */
const MARKERS = ['FlowCallout', 'LoadBalancer', 'KeyValueMapOperations', 'Issuer', 'JWKS', 'BasePath'].map((marker) =>
  Buffer.from(marker, 'utf8'),
);

/**
 * What a bundle refers to outside itself, from its XML. Lists are sorted and hold each name once. Files that are no
 * well-formed XML, and names that are only known at run time (`ref`, `{variable}`), add nothing.
 */
export function deriveBundleFacts(files: readonly BundleFile[], findRoot: FindRoot = rootsOnce()): BundleFacts {
  const roots = files.filter(mayRefer).flatMap((file) => findRoot(file) ?? []);
  return {
    version: FACTS_VERSION,
    sharedFlows: namesFrom(roots, sharedFlowsOf),
    targetServers: namesFrom(roots, targetServersOf),
    keyValueMaps: namesFrom(roots, keyValueMapsOf),
    issuers: namesFrom(roots, issuersOf),
    basePaths: namesFrom(roots, basePathsOf),
  };
}

function mayRefer(file: BundleFile): boolean {
  if (!file.path.endsWith('.xml')) return false;
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  // A byte order mark of UTF-16: the markers cannot be searched as they are.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true;
  return MARKERS.some((marker) => bytes.includes(marker));
}

function sharedFlowsOf(root: XmlElement): string[] {
  if (root.name !== 'FlowCallout') return [];
  return [...descendants(root, 'SharedFlowBundle')].map((element) => element.text);
}

function targetServersOf(root: XmlElement): string[] {
  return [...descendants(root, 'LoadBalancer')]
    .flatMap((balancer) => [...descendants(balancer, 'Server')])
    .map((server) => server.attributes['name'] ?? '');
}

function keyValueMapsOf(root: XmlElement): string[] {
  if (root.name !== 'KeyValueMapOperations') return [];
  const named = [...descendants(root, 'MapName')].map((element) => element.text);
  return [root.attributes['mapIdentifier'] ?? '', ...named];
}

/** Issuers that tokens must come from, and the places where their keys are published. */
function issuersOf(root: XmlElement): string[] {
  if (!/^(?:Verify|Decode)(?:JWT|JWS)$|^OAuthV2$/.test(root.name)) return [];
  const issuers = [...descendants(root, 'Issuer')].map((element) => element.text);
  const keys = [...descendants(root, 'JWKS')].flatMap((element) => [element.attributes['uri'] ?? '']);
  return [...issuers, ...keys];
}

function basePathsOf(root: XmlElement): string[] {
  if (root.name !== 'ProxyEndpoint') return [];
  return [...descendants(root, 'BasePath')].map((element) => element.text);
}

function namesFrom(roots: readonly XmlElement[], namesOf: (root: XmlElement) => string[]): string[] {
  const names = roots.flatMap(namesOf).filter((name) => name !== '' && !/[{}]/.test(name));
  return [...new Set(names)].sort(compareIds);
}
