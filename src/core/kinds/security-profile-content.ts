import type { JsonObject } from '../json.ts';
import type { Kind } from './kind.ts';
import { shortNameOf } from './resource-name.ts';

/** Google's own profile, which every organization with the add-on has. */
export const GOOGLES = 'default';

/** How the content of a security profile is compared; its revisions have the same fields. */
export const securityProfileContent = {
  serverAssigned: [
    'name',
    'environments',
    'maxScore',
    'minScore',
    'revisionId',
    'revisionCreateTime',
    'revisionPublishTime',
    'revisionUpdateTime',
  ],
  sets: [{ path: 'profileConfig.categories' }, { path: 'scoringConfigs', by: 'title' }],
  defaults: {},
  // A category is a message without fields: that it is there is all it says.
  maps: ['profileConfig.categories[]'],
} satisfies Pick<Kind, 'serverAssigned' | 'sets' | 'defaults' | 'maps'>;

/** The profile that the body is of: `strict@3` is the third revision of `strict`. */
export function profileName(body: JsonObject): string | undefined {
  return shortNameOf(body)?.replace(/@.*$/, '');
}
