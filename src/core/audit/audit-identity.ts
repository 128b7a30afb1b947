import type { AuditFacts } from './audit-record.ts';

/** As whom an action called a service, as its records say. */
export interface AuditIdentity {
  readonly service: 'apigee' | 'azure';
  readonly identity: string;
  /** `iss` of the token, `unknown` where the token does not say; undefined in records of before, and where none was got. */
  readonly issuer?: string;
  /** `sub` of the token, or the account it is of. */
  readonly subject?: string;
}

type Names = Readonly<Record<'identity' | 'issuer' | 'subject', string>>;

const names: Readonly<Record<AuditIdentity['service'], Names>> = {
  apigee: { identity: 'identity', issuer: 'issuer', subject: 'subject' },
  azure: { identity: 'azureIdentity', issuer: 'azureIssuer', subject: 'azureSubject' },
};

/** What a token that does not name its issuer is recorded with. */
const UNKNOWN_ISSUER = 'unknown';

/** The facts of a record that say as whom a service is called; without an origin no token was got. */
export function identityFacts(
  signIn: Pick<AuditIdentity, 'service' | 'identity'>,
  origin: Pick<AuditIdentity, 'issuer' | 'subject'> | undefined,
): AuditFacts {
  const named = names[signIn.service];
  if (origin === undefined) return { [named.identity]: signIn.identity };
  const { issuer = UNKNOWN_ISSUER, subject } = origin;
  return {
    [named.identity]: signIn.identity,
    [named.issuer]: issuer,
    ...(subject === undefined ? {} : { [named.subject]: subject }),
  };
}

/** As whom services were called, of the facts of a record or an action; none where it calls none. */
export function identitiesIn(facts: AuditFacts): readonly AuditIdentity[] {
  const services = ['apigee', 'azure'] as const;
  return services.flatMap((service) => {
    const find = (name: string): string | undefined => {
      const said = facts[name];
      return typeof said === 'string' ? said : undefined;
    };
    const [identity, issuer, subject] = [names[service].identity, names[service].issuer, names[service].subject].map(
      find,
    );
    if (identity === undefined) return [];
    return [
      {
        service,
        identity,
        ...(issuer === undefined ? {} : { issuer }),
        ...(subject === undefined ? {} : { subject }),
      },
    ];
  });
}
