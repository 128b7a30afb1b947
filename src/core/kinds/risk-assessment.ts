import { stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { ListPasses } from './kind.ts';
import { shortNameOf } from './resource-name.ts';

/** What absence means. */
const USUAL = 'APIGEE';

/** Lists of risk assessment show one type at a time. */
export const bothAssessmentTypes: ListPasses = {
  queries: [{ riskAssessmentType: 'APIGEE' }, { riskAssessmentType: 'API_HUB' }],
  provesUnfiltered: (item) => assessmentType(item) === 'API_HUB',
};

export function assessmentType(body: JsonObject): string {
  const type = stringField(body, 'riskAssessmentType') ?? '';
  return type === '' || type === 'RISK_ASSESSMENT_TYPE_UNSPECIFIED' ? USUAL : type;
}

/** `COLLECTION/APIGEE/NAME`: nothing says that a name of one type is not one of the other too. */
export function assessmentId(collection: string, body: JsonObject): ResourceId | undefined {
  const name = shortNameOf(body);
  return name === undefined ? undefined : joinId(collection, assessmentType(body), encodeSegment(name));
}

/** The query by which single resources of the type are read and deleted. */
export function assessmentQuery(id: ResourceId): { readonly riskAssessmentType: string } {
  return { riskAssessmentType: idSegments(id)[1] ?? USUAL };
}
