import { invalidArgument } from '../api-error.ts';
import { documentIn, textIn } from '../document.ts';
import type { Route } from '../route.ts';
import { infrastructureRoutes } from './infrastructure.ts';
import { addressOf } from './instance.ts';

/** An instant as these kinds write it. */
function timestamp(ms: string): string {
  return new Date(Number(ms)).toISOString();
}

/** Endpoint attachments, DNS zones and APIM service extensions. */
export const networkingRoutes: readonly Route[] = [
  ...infrastructureRoutes({
    methods: 'organizations.endpointAttachments',
    parameter: 'endpointAttachmentsId',
    stored: 'endpointattachment',
    noun: 'endpoint attachment',
    items: 'endpointAttachments',
    schema: 'EndpointAttachment',
    required: ['location', 'serviceAttachment'],
    idParameter: 'endpointAttachmentId',
    fullName: 'endpointAttachments',
    cloudOnly: true,
    given: (organization) => ({
      host: addressOf(organization, '7'),
      state: 'ACTIVE',
      connectionState: 'ACCEPTED',
    }),
  }),
  ...infrastructureRoutes({
    methods: 'organizations.dnsZones',
    parameter: 'dnsZonesId',
    stored: 'dnszone',
    noun: 'DNS zone',
    items: 'dnsZones',
    schema: 'DnsZone',
    required: ['description', 'domain'],
    idParameter: 'dnsZoneId',
    fullName: 'dnsZones',
    given: (organization) => ({
      state: 'ACTIVE',
      createTime: timestamp(organization.now()),
      updateTime: timestamp(organization.now()),
    }),
    check: (_organization, body) => {
      const peering = documentIn(body, 'peeringConfig');
      for (const field of body['peeringConfig'] === undefined ? [] : ['targetProjectId', 'targetNetworkId']) {
        if (textIn(peering, field) === '') throw invalidArgument(`peeringConfig.${field} is required`);
      }
    },
  }),
  ...infrastructureRoutes({
    methods: 'organizations.apimServiceExtensions',
    parameter: 'apimServiceExtensionsId',
    stored: 'serviceextension',
    noun: 'APIM service extension',
    items: 'apimServiceExtensions',
    schema: 'ApimServiceExtension',
    required: ['extensionProcessor', 'lbForwardingRule', 'network', 'networkConfigs'],
    idParameter: 'apimServiceExtensionId',
    fullName: 'apimServiceExtensions',
    given: (organization) => ({
      state: 'ACTIVE',
      createTime: timestamp(organization.now()),
      updateTime: timestamp(organization.now()),
    }),
    check: (organization, body) => {
      const proxy = textIn(body, 'extensionProcessor');
      if (organization.bundles.find('proxy', proxy) === undefined)
        throw invalidArgument(`API proxy ${proxy} not found`);
    },
    patchable: ['extensionProcessor', 'extensions', 'lbForwardingRule', 'network', 'networkConfigs'],
  }),
];
