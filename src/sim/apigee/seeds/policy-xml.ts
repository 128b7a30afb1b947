const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Text made safe for XML content and double-quoted attributes. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A document with the declaration Apigee's own exports carry. */
export function xmlDocument(lines: readonly string[]): string {
  return `${declaration}${lines.join('\n')}\n`;
}

function policy(element: string, name: string, lines: readonly string[], attributes = ''): string {
  return xmlDocument([
    `<${element} continueOnError="false" enabled="true" name="${name}"${attributes}>`,
    `    <DisplayName>${name}</DisplayName>`,
    ...lines.map((line) => `    ${line}`),
    `</${element}>`,
  ]);
}

export function verifyApiKey(name: string): string {
  return policy('VerifyAPIKey', name, ['<APIKey ref="request.header.x-api-key"/>']);
}

export function verifyAccessToken(name: string, scope: string): string {
  return policy('OAuthV2', name, [
    '<Operation>VerifyAccessToken</Operation>',
    `<Scope>${escapeXml(scope)}</Scope>`,
    '<AccessTokenPrefix>Bearer</AccessTokenPrefix>',
  ]);
}

export function generateAccessToken(name: string, lifetimeMs: number): string {
  return policy('OAuthV2', name, [
    '<Operation>GenerateAccessToken</Operation>',
    `<ExpiresIn>${lifetimeMs}</ExpiresIn>`,
    '<SupportedGrantTypes>',
    '    <GrantType>client_credentials</GrantType>',
    '</SupportedGrantTypes>',
    '<GrantType>request.formparam.grant_type</GrantType>',
    '<Scope>request.formparam.scope</Scope>',
    '<GenerateResponse enabled="true"/>',
  ]);
}

export function refreshAccessToken(name: string, lifetimeMs: number): string {
  return policy('OAuthV2', name, [
    '<Operation>RefreshAccessToken</Operation>',
    `<ExpiresIn>${lifetimeMs}</ExpiresIn>`,
    '<GrantType>request.formparam.grant_type</GrantType>',
    '<RefreshToken>request.formparam.refresh_token</RefreshToken>',
    '<GenerateResponse enabled="true"/>',
  ]);
}

/** A token check against the keys an issuer publishes. */
export function verifyJwt(name: string, token: { readonly issuer: string; readonly audience: string }): string {
  return policy('VerifyJWT', name, [
    '<Algorithm>RS256</Algorithm>',
    '<Source>request.header.authorization</Source>',
    '<IgnoreUnresolvedVariables>false</IgnoreUnresolvedVariables>',
    '<PublicKey>',
    `    <JWKS uri="${escapeXml(token.issuer)}/.well-known/jwks.json"/>`,
    '</PublicKey>',
    `<Issuer>${escapeXml(token.issuer)}</Issuer>`,
    `<Audience>${escapeXml(token.audience)}</Audience>`,
    '<TimeAllowance>30s</TimeAllowance>',
  ]);
}

/** A quota that takes its numbers from the product of the caller, and the given ones where the product says none. */
export function quota(name: string, limit: { readonly count: number; readonly identifier: string }): string {
  return policy('Quota', name, [
    `<Allow count="${limit.count}" countRef="verifyapikey.VA-Key.apiproduct.developer.quota.limit"/>`,
    '<Interval ref="verifyapikey.VA-Key.apiproduct.developer.quota.interval">1</Interval>',
    '<TimeUnit ref="verifyapikey.VA-Key.apiproduct.developer.quota.timeunit">hour</TimeUnit>',
    `<Identifier ref="${escapeXml(limit.identifier)}"/>`,
    '<Distributed>true</Distributed>',
    '<Synchronous>false</Synchronous>',
  ]);
}

export function spikeArrest(name: string, rate: string): string {
  return policy('SpikeArrest', name, [`<Rate>${rate}</Rate>`, '<UseEffectiveCount>true</UseEffectiveCount>']);
}

/** Sets response headers, in the order given. */
export function assignHeaders(name: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(
    ([header, value]) => `        <Header name="${header}">${escapeXml(value)}</Header>`,
  );
  return policy('AssignMessage', name, [
    '<Set>',
    '    <Headers>',
    ...lines,
    '    </Headers>',
    '</Set>',
    '<IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>',
    '<AssignTo createNew="false" transport="http" type="response"/>',
  ]);
}

export function flowCallout(name: string, sharedFlow: string): string {
  return policy('FlowCallout', name, ['<Parameters/>', `<SharedFlowBundle>${sharedFlow}</SharedFlowBundle>`]);
}

/** Reads one entry of a key value map of the environment. */
export function readMap(name: string, map: string): string {
  return policy(
    'KeyValueMapOperations',
    name,
    [
      '<Scope>environment</Scope>',
      '<Get assignTo="flag.sepa" index="1">',
      '    <Key><Parameter>sepa-instant</Parameter></Key>',
      '</Get>',
    ],
    ` mapIdentifier="${escapeXml(map)}"`,
  );
}

export function javascript(name: string, file: string): string {
  return policy('Javascript', name, [`<ResourceURL>jsc://${file}</ResourceURL>`], ' timeLimit="200"');
}
