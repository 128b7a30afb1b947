import { XMLValidator } from 'fast-xml-parser';
import { type BundleFiles, bundleRoot, descriptorPath, textOf } from './bundle-files.ts';
import type { BundleFlavour } from './wreck-target.ts';

/** What the service knows about a revision from reading its bundle. */
export interface BundleFacts {
  readonly displayName: string;
  readonly description: string;
  readonly basepaths: readonly string[];
  readonly policies: readonly string[];
  readonly proxyEndpoints: readonly string[];
  readonly targetEndpoints: readonly string[];
  readonly resources: readonly { readonly type: string; readonly name: string }[];
  /** Shared flows called by FlowCallout policies. */
  readonly sharedFlows: readonly string[];
  /** Target servers named by target endpoints. */
  readonly targetServers: readonly string[];
}

/** One thing wrong with a bundle, as a BadBundle detail lists it. */
export interface BundleViolation {
  readonly filename: string;
  readonly description: string;
}

/** Reads the parts of a bundle that other rules need. Comments do not count. */
export function bundleFacts(flavour: BundleFlavour, files: BundleFiles): BundleFacts {
  const root = bundleRoot(flavour);
  const policies = xmlUnder(files, `${root}policies/`);
  const proxyEndpoints = xmlUnder(files, `${root}proxies/`);
  const targetEndpoints = xmlUnder(files, `${root}targets/`);
  const descriptor = descriptorPath(flavour, files);
  const head = descriptor === undefined ? '' : textOf(files.get(descriptor) ?? new Uint8Array());
  return {
    displayName: unescaped(/<DisplayName>([^<]*)<\/DisplayName>/.exec(head)?.[1] ?? ''),
    description: unescaped(/<Description>([^<]*)<\/Description>/.exec(head)?.[1] ?? ''),
    basepaths: unique([...proxyEndpoints.values()].flatMap((xml) => elements(xml, 'BasePath'))),
    policies: [...policies.keys()],
    proxyEndpoints: [...proxyEndpoints.keys()],
    targetEndpoints: [...targetEndpoints.keys()],
    resources: resourcesUnder(files, `${root}resources/`),
    sharedFlows: unique(
      [...policies.values()]
        .filter((xml) => /<FlowCallout[\s>]/.test(xml))
        .flatMap((xml) => elements(xml, 'SharedFlowBundle')),
    ),
    targetServers: unique(
      [...targetEndpoints.values()].flatMap((xml) =>
        [...xml.matchAll(/<Server\s[^>]*name\s*=\s*["']([^"']+)["']/g)].map((match) => match[1] ?? ''),
      ),
    ),
  };
}

/** Everything an import refuses: bad XML, steps without a policy, routes without a target, endpoints without a base path. */
export function bundleViolations(flavour: BundleFlavour, files: BundleFiles): readonly BundleViolation[] {
  const root = bundleRoot(flavour);
  const broken = xmlViolations(files);
  if (broken.length > 0) return broken;
  const violations: BundleViolation[] = [];
  const policies = new Set(xmlUnder(files, `${root}policies/`).keys());
  const targets = new Set(xmlUnder(files, `${root}targets/`).keys());
  const flows = flavour === 'proxy' ? ['proxies/', 'targets/'] : ['sharedflows/'];
  const main = flavour === 'proxy' ? 'proxies/' : 'sharedflows/';
  if (xmlUnder(files, `${root}${main}`).size === 0) {
    violations.push({ filename: root, description: `bundle has no XML file under ${root}${main}` });
  }
  for (const folder of flows) {
    for (const [name, xml] of xmlUnder(files, `${root}${folder}`)) {
      const filename = `${root}${folder}${name}.xml`;
      for (const step of stepNames(xml)) {
        if (!policies.has(step))
          violations.push({ filename, description: `step references undefined policy "${step}"` });
      }
      if (folder !== 'proxies/') continue;
      if (elements(xml, 'BasePath').length === 0) violations.push({ filename, description: 'base path is missing' });
      for (const target of elements(xml, 'TargetEndpoint')) {
        if (!targets.has(target)) {
          violations.push({ filename, description: `route references undefined target endpoint "${target}"` });
        }
      }
    }
  }
  return violations;
}

function xmlViolations(files: BundleFiles): readonly BundleViolation[] {
  const violations: BundleViolation[] = [];
  for (const [filename, content] of files) {
    if (!filename.endsWith('.xml') || filename.includes('/resources/')) continue;
    const result = XMLValidator.validate(textOf(content));
    if (result !== true) violations.push({ filename, description: `invalid XML: ${result.err.msg}` });
  }
  return violations;
}

function xmlUnder(files: BundleFiles, folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of [...files.keys()].sort()) {
    if (!path.startsWith(folder) || !path.endsWith('.xml')) continue;
    const text = textOf(files.get(path) ?? new Uint8Array());
    found.set(path.slice(folder.length, -'.xml'.length), text.replace(/<!--[\s\S]*?-->/g, ''));
  }
  return found;
}

function resourcesUnder(files: BundleFiles, folder: string): { readonly type: string; readonly name: string }[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(folder))
    .sort()
    .map((path) => {
      const [type = '', ...name] = path.slice(folder.length).split('/');
      return { type, name: name.join('/') };
    });
}

function stepNames(xml: string): string[] {
  return [...xml.matchAll(/<Step>([\s\S]*?)<\/Step>/g)].flatMap((step) => elements(step[1] ?? '', 'Name'));
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`, 'g'))].map((match) =>
    unescaped(match[1] ?? ''),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
