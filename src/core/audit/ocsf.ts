import { factText, type SiemEvent } from './siem-event.ts';

/** The version of the Open Cybersecurity Schema Framework whose names are used. */
const OCSF_VERSION = '1.3.0';
const CATEGORY = { uid: 6, name: 'Application Activity' };
/** API Activity. */
const CLASS = { uid: 6003, name: 'API Activity' };
const OTHER = { id: 99, name: 'Other' };

interface Activity {
  readonly id: number;
  readonly name: string;
}

/** By the first word of the action. What is neither of these is `Other`, under its own name. */
const activities: Readonly<Record<string, Activity>> = {
  init: { id: 1, name: 'Create' },
  backup: { id: 1, name: 'Create' },
  cat: { id: 2, name: 'Read' },
  find: { id: 2, name: 'Read' },
  export: { id: 2, name: 'Read' },
  apply: { id: 3, name: 'Update' },
  restore: { id: 3, name: 'Update' },
  undo: { id: 3, name: 'Update' },
  prune: { id: 4, name: 'Delete' },
};

const statuses = {
  success: { id: 1, name: 'Success' },
  failure: { id: 2, name: 'Failure' },
  unknown: { id: 0, name: 'Unknown' },
} as const;

/** The OCSF event of a record: class API Activity, with every attribute that the class requires. */
export function toOcsf(event: SiemEvent): object {
  const activity = activities[event.action.split(' ')[0] ?? ''] ?? OTHER;
  const status = statuses[event.outcome];
  const severity = severityOf(event);
  const issuer = event.identities.find((one) => one.issuer !== undefined)?.issuer;
  return {
    activity_id: activity.id,
    activity_name: activity.id === OTHER.id ? event.action : activity.name,
    category_uid: CATEGORY.uid,
    category_name: CATEGORY.name,
    class_uid: CLASS.uid,
    class_name: CLASS.name,
    type_uid: CLASS.uid * 100 + activity.id,
    time: event.atMs,
    severity_id: severity.id,
    severity: severity.name,
    status_id: status.id,
    status: status.name,
    ...(event.result === undefined ? {} : { status_detail: event.result }),
    ...(event.code === undefined ? {} : { status_code: event.code }),
    message: messageOf(event),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Holdfast', vendor_name: 'Holdfast', version: event.version },
      uid: event.uid,
      original_time: event.at,
      log_name: 'audit',
      event_code: `${event.action} ${event.event}`,
    },
    actor: {
      user: { name: event.user, type_id: event.userType === undefined ? 0 : event.userType === 'user' ? 1 : 3 },
      ...(event.process === undefined ? {} : { process: { pid: event.process } }),
      ...(issuer === undefined ? {} : { session: { issuer } }),
      app_name: 'holdfast',
    },
    src_endpoint: { hostname: event.host },
    api: { operation: event.action, service: { name: 'holdfast' } },
    ...(event.organization === undefined
      ? {}
      : { resources: [{ type: 'apigee-organization', name: event.organization }] }),
    unmapped: {
      event: event.event,
      effect: event.effect ?? null,
      reason: event.reason ?? null,
      break_glass: event.breakGlass ?? null,
      signer: event.signer,
      batch: event.batch,
      identities: event.identities,
      facts: event.facts,
    },
  };
}

function severityOf({ breakGlass, outcome, effect }: SiemEvent): Activity {
  if (breakGlass !== undefined) return { id: 4, name: 'High' };
  if (outcome === 'failure') return { id: 3, name: 'Medium' };
  return effect === 'reveals' ? { id: 2, name: 'Low' } : { id: 1, name: 'Informational' };
}

/** `backup ended: done, organization acme-prod` */
export function messageOf({ action, event, result, organization, facts }: SiemEvent): string {
  const said = Object.entries(facts).map(([name, value]) => `${name} ${factText(value)}`);
  const named =
    organization === undefined || 'organization' in facts ? said : [`organization ${organization}`, ...said];
  const parts = [...(result === undefined ? [] : [result]), ...named];
  return `${action} ${event}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`;
}
