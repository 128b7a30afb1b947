import type { Kind } from './kind.ts';

/** Where the permission's noun is another word than the last one of the path. */
const nouns: Readonly<Record<string, string>> = {
  apis: 'proxies',
  aliases: 'keystorealiases',
  attachments: 'envgroupattachments',
  debugmask: 'maskconfigs',
  entries: 'keyvaluemapentries',
};

/** The same where the last word of the path alone does not tell. */
const nounsOfPatterns: Readonly<Record<string, string>> = {
  'developers/*/monetizationConfig': 'developermonetizationconfigs',
  'developers/*/subscriptions/*': 'developersubscriptions',
  'developers/*/balance': 'developerbalances',
  'appgroups/*/monetizationConfig': 'appgroupmonetizationconfigs',
  'appgroups/*/subscriptions/*': 'appgroupsubscriptions',
  'appgroups/*/balance': 'appgroupbalances',
};

/** Permissions of Google's access control that reading the kind takes: `apigee.targetservers.list`. */
export function readPermissions({ collection, idPattern }: Kind): readonly string[] {
  if (collection.style === 'revisions') {
    return [idPattern.startsWith('sharedflows/') ? 'apigee.sharedflowrevisions.get' : 'apigee.proxyrevisions.get'];
  }
  const path = 'list' in collection ? collection.list('x/y') : idPattern.replaceAll(/\/\*$/g, '');
  const word = path.slice(path.lastIndexOf('/') + 1);
  const noun = nounsOfPatterns[idPattern] ?? nouns[word] ?? word.toLowerCase();
  return verbsOf(collection).map((verb) => `apigee.${noun}.${verb}`);
}

function verbsOf({ style }: Kind['collection']): readonly string[] {
  if (style === 'singleton') return ['get'];
  if (style === 'newest') return ['list', 'download'];
  return ['names', 'marked'].includes(style) ? ['list', 'get'] : ['list'];
}
