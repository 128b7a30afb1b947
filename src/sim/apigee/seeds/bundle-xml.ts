import { escapeXml, xmlDocument } from './policy-xml.ts';

/** What a root descriptor says about its bundle. */
export interface DescriptorFacts {
  readonly name: string;
  readonly revision: number;
  readonly displayName: string;
  readonly description: string;
  readonly createdAt: string;
  readonly policies: readonly string[];
  /** As in `jsc://mask.js`. */
  readonly resources: readonly string[];
}

function elements(parent: string, child: string, values: readonly string[]): string[] {
  if (values.length === 0) return [`    <${parent}/>`];
  const lines = values.map((value) => `        <${child}>${escapeXml(value)}</${child}>`);
  return [`    <${parent}>`, ...lines, `    </${parent}>`];
}

function provenance(facts: DescriptorFacts): string[] {
  return [
    '    <ConfigurationVersion majorVersion="4" minorVersion="0"/>',
    `    <CreatedAt>${facts.createdAt}</CreatedAt>`,
    '    <CreatedBy>release-bot@acme-pay.example</CreatedBy>',
    `    <Description>${escapeXml(facts.description)}</Description>`,
    `    <DisplayName>${escapeXml(facts.displayName)}</DisplayName>`,
    `    <LastModifiedAt>${facts.createdAt}</LastModifiedAt>`,
    '    <LastModifiedBy>release-bot@acme-pay.example</LastModifiedBy>',
  ];
}

/** `apiproxy/<name>.xml` */
export function proxyDescriptor(
  facts: DescriptorFacts & { readonly basePath: string; readonly targetServers: readonly string[] },
): string {
  return xmlDocument([
    `<APIProxy revision="${facts.revision}" name="${facts.name}">`,
    `    <Basepaths>${escapeXml(facts.basePath)}</Basepaths>`,
    ...provenance(facts),
    ...elements('Policies', 'Policy', facts.policies),
    ...elements('ProxyEndpoints', 'ProxyEndpoint', ['default']),
    ...elements('Resources', 'Resource', facts.resources),
    '    <Spec>openapi.yaml</Spec>',
    ...elements('TargetServers', 'TargetServer', facts.targetServers),
    ...elements('TargetEndpoints', 'TargetEndpoint', facts.targetServers.length === 0 ? [] : ['default']),
    '</APIProxy>',
  ]);
}

/** `sharedflowbundle/<name>.xml` */
export function sharedFlowDescriptor(facts: DescriptorFacts): string {
  return xmlDocument([
    `<SharedFlowBundle revision="${facts.revision}" name="${facts.name}">`,
    ...provenance(facts),
    ...elements('Policies', 'Policy', facts.policies),
    ...elements('Resources', 'Resource', facts.resources),
    ...elements('SharedFlows', 'SharedFlow', ['default']),
    '</SharedFlowBundle>',
  ]);
}

function steps(indent: string, names: readonly string[]): string[] {
  return names.flatMap((name) => [`${indent}<Step>`, `${indent}    <Name>${name}</Name>`, `${indent}</Step>`]);
}

function flow(element: string, phases: { readonly request: readonly string[]; readonly response: readonly string[] }) {
  return [
    `    <${element} name="${element}">`,
    '        <Request>',
    ...steps('            ', phases.request),
    '        </Request>',
    '        <Response>',
    ...steps('            ', phases.response),
    '        </Response>',
    `    </${element}>`,
  ];
}

/** `apiproxy/proxies/default.xml`; without `hasTarget` the proxy answers by itself. */
export function proxyEndpoint(endpoint: {
  readonly basePath: string;
  readonly request: readonly string[];
  readonly response: readonly string[];
  readonly hasTarget: boolean;
}): string {
  return xmlDocument([
    '<ProxyEndpoint name="default">',
    ...flow('PreFlow', { request: endpoint.request, response: [] }),
    '    <Flows/>',
    ...flow('PostFlow', { request: [], response: endpoint.response }),
    '    <HTTPProxyConnection>',
    `        <BasePath>${escapeXml(endpoint.basePath)}</BasePath>`,
    '    </HTTPProxyConnection>',
    '    <RouteRule name="default">',
    ...(endpoint.hasTarget ? ['        <TargetEndpoint>default</TargetEndpoint>'] : []),
    '    </RouteRule>',
    '</ProxyEndpoint>',
  ]);
}

/** `apiproxy/targets/default.xml`, balancing over target servers by name. */
export function targetEndpoint(target: { readonly servers: readonly string[]; readonly path: string }): string {
  return xmlDocument([
    '<TargetEndpoint name="default">',
    ...flow('PreFlow', { request: [], response: [] }),
    '    <HTTPTargetConnection>',
    '        <LoadBalancer>',
    '            <Algorithm>RoundRobin</Algorithm>',
    ...target.servers.map((server) => `            <Server name="${server}"/>`),
    '            <MaxFailures>5</MaxFailures>',
    '            <RetryEnabled>true</RetryEnabled>',
    '        </LoadBalancer>',
    `        <Path>${escapeXml(target.path)}</Path>`,
    '    </HTTPTargetConnection>',
    '</TargetEndpoint>',
  ]);
}

/** `sharedflowbundle/sharedflows/default.xml` */
export function sharedFlowEndpoint(stepNames: readonly string[]): string {
  return xmlDocument(['<SharedFlow name="default">', ...steps('    ', stepNames), '</SharedFlow>']);
}
