import type { AuditAction } from '../../core/audit/audit-action.ts';
import { type Criterion, mapCriteria, type SectionName } from '../../core/audit/criteria.ts';
import { actionsOf, type Evidence } from '../../core/audit/evidence.ts';
import { isTampering } from '../../core/audit/examine-trail.ts';
import { factText } from '../../core/audit/siem-event.ts';
import { printable } from '../render/printable.ts';
import { formatCounted, formatTime } from '../render/quantity.ts';
import { reportStyle } from './report-style.ts';

/** A file of the pack with its hash. */
export interface PackedFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Text that is markup already. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Markup | readonly Markup[];

/** Markup with everything put into it escaped, unless it is markup itself. */
function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return new Markup(
    parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join(''),
  );
}

function render(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('');
  return escape(printable(String(piece)));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

const titles: Readonly<Record<SectionName, string>> = {
  backups: 'Backups',
  proofs: 'Proofs',
  restores: 'Restores',
  reveals: 'Secrets opened',
  keys: 'Keys',
  trail: 'The audit trail itself',
  posture: 'Posture',
  emergencies: 'Break-glass',
  actions: 'Every action',
};

const stateWords: Readonly<Record<Criterion['state'], string>> = {
  evidence: 'evidence',
  attention: 'to be explained',
  none: 'none recorded',
};

/** The report of a pack: one page that needs nothing else, runs nothing, and can be printed. */
export function renderReport(evidence: Evidence, files: readonly PackedFile[]): string {
  const { organization, from, to } = evidence;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evidence for ${organization}, ${from.slice(0, 10)} to ${to.slice(0, 10)}</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<header>
<p class="kicker">Evidence pack</p>
<h1>${organization}</h1>
<p class="span">${formatTime(from)} <span aria-label="to">–</span> ${formatTime(to)}</p>
</header>
<main>
${renderSummary(evidence)}
${renderCriteria(evidence)}
${renderBackups(evidence)}
${renderProofs(evidence)}
${renderRestores(evidence)}
${section(
  'reveals',
  renderActionTable(
    evidence.actions.filter(({ effect }) => effect === 'reveals'),
    'No secret was opened through the tool in this time.',
  ),
)}
${renderKeys(evidence)}
${renderPosture(evidence)}
${section(
  'emergencies',
  renderActionTable(
    evidence.actions.filter(({ breakGlass }) => breakGlass !== undefined),
    'No action went on under break-glass in this time.',
  ),
)}
${renderTrail(evidence)}
${section('actions', renderActionTable(evidence.actions, 'No action is recorded in this time.'))}
${renderFiles(files)}
</main>
<footer>
<p>Made ${formatTime(evidence.madeAt)} by ${evidence.tool} from the vault <code>${evidence.vault.id}</code> (${evidence.vault.description}). Times are UTC. What environments claim of CI runs is shown as claimed.</p>
</footer>
</body>
</html>
`;
  return page.text;
}

function section(name: SectionName, body: Markup): Markup {
  return html`<section id="${name}"><h2>${titles[name]}</h2>${body}</section>`;
}

function renderSummary(evidence: Evidence): Markup {
  const { backups, proofs, restores, actions, trail } = evidence;
  const missed = backups.missed.reduce((sum, span) => sum + span.missed, 0);
  const tampering = trail.findings.filter(isTampering).length;
  const tiles: readonly (readonly [value: number, label: string, isBad: boolean])[] = [
    [backups.taken.length, 'points taken', backups.taken.length === 0],
    [missed, 'backups missed', missed > 0],
    [proofs.length, 'verifications signed', false],
    [restores.length, 'restores', false],
    [actions.length, 'actions recorded', false],
    [tampering, 'signs of tampering', tampering > 0],
  ];
  return html`<ul class="tiles">${tiles.map(
    ([value, label, isBad]) =>
      html`<li class="${isBad ? 'bad' : 'plain'}"><b>${value.toLocaleString('en-US')}</b> ${label}</li>`,
  )}</ul>`;
}

function renderCriteria(evidence: Evidence): Markup {
  const rows = mapCriteria(evidence).map(
    ({ id, asks, state, found, sections }) => html`<tr>
<th scope="row">${id}</th>
<td>${asks}</td>
<td><span class="state ${state}">${stateWords[state]}</span> ${found} ${sections.map((name) => html`<a href="#${name}">${titles[name]}</a> `)}</td>
</tr>`,
  );
  return html`<section id="criteria"><h2>SOC 2 criteria</h2>
<p>Which of the trust services criteria (AICPA 2017, points of focus of 2022) this evidence bears on. What a criterion asks is put in our words. Whether the evidence is enough is the auditor's to say.</p>
${table(['Criterion', 'Asks', 'This pack'], rows)}</section>`;
}

function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll"><table><thead><tr>${heads.map(renderHead)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A head that begins with # stands over numbers. */
function renderHead(head: string): Markup {
  return head.startsWith('#')
    ? html`<th scope="col" class="number">${head.slice(1)}</th>`
    : html`<th scope="col">${head}</th>`;
}

function renderBackups({ backups }: Evidence): Markup {
  const { objectiveMs, taken, missed, damaged } = backups;
  const rows = taken.map(
    ({ point, time, timeAttested, grade, isWhole, resources, signer }) => html`<tr>
<td class="time">${formatTime(time)}${timeAttested ? '' : ' (as signed)'}</td>
<td><code>${point}</code></td>
<td><span class="state ${grade === 'complete' ? 'evidence' : 'attention'}">${grade}</span>${isWhole ? '' : ' of a part'}</td>
<td class="number">${resources.toLocaleString('en-US')}</td>
<td><code>${signer}</code></td>
</tr>`,
  );
  const spans = missed.map(
    (span) =>
      html`<tr><td class="time">${formatTime(span.from)}</td><td class="time">${formatTime(span.to)}</td><td class="number">${span.missed}</td></tr>`,
  );
  return section(
    'backups',
    html`<p>Objective: a whole backup at least every ${describeSpan(objectiveMs)}.</p>
<h3>Missed</h3>
${spans.length === 0 ? html`<p>The objective was met all the time.</p>` : table(['From', 'To', '#Missed'], spans)}
${damaged.length === 0 ? html`` : html`<p class="bad">Manifests that cannot be trusted: ${damaged.map((name) => html`<code>${name}</code> `)}</p>`}
<h3>Taken</h3>
${rows.length === 0 ? html`<p>No point was taken in this time.</p>` : table(['Time', 'Point', 'Grade', '#Resources', 'Signed by'], rows)}`,
  );
}

function describeSpan(spanMs: number): string {
  const hours = spanMs / 3_600_000;
  if (hours >= 48 && hours % 24 === 0) return formatCounted(hours / 24, 'day');
  return hours >= 1 ? formatCounted(hours, 'hour') : formatCounted(spanMs / 60_000, 'minute');
}

function renderProofs({ proofs, untrusted }: Evidence): Markup {
  const rows = proofs.map(
    ({ at, point, depth, result, checkedObjects, signer }) => html`<tr>
<td class="time">${formatTime(at)}</td><td><code>${point}</code></td><td>${depth}</td>
<td><span class="state ${result === 'good' ? 'evidence' : 'attention'}">${result}</span></td>
<td class="number">${checkedObjects.toLocaleString('en-US')}</td><td><code>${signer}</code></td>
</tr>`,
  );
  return section(
    'proofs',
    html`<p>Signed records of verifications: the bytes of a point were read and checked. That is no restore.</p>
${untrusted.length === 0 ? html`` : html`<p class="bad">Records that cannot be trusted and prove nothing: ${untrusted.map((name) => html`<code>${name}</code> `)}</p>`}
${rows.length === 0 ? html`<p>No verification is recorded in this time.</p>` : table(['Time', 'Point', 'Depth', 'Result', '#Objects', 'Signed by'], rows)}`,
  );
}

function renderRestores({ restores }: Evidence): Markup {
  const rows = restores.map(
    ({ run, startedAt, planHash, status, principal, identity, issuer, reason, approver }) => html`<tr>
<td class="time">${formatTime(startedAt)}</td><td class="number">${run}</td>
<td><span class="state ${status === 'done' ? 'evidence' : 'attention'}">${status}</span></td>
<td>${principal ?? 'not in the trail'}</td><td>${identity ?? 'not in the trail'}${issuer === undefined ? '' : `, issued by ${issuer}`}</td><td>${approver ?? 'none recorded'}</td><td>${reason ?? 'none given'}</td><td><code>${planHash}</code></td>
</tr>`,
  );
  return section(
    'restores',
    html`<p>Each run is bound to its plan by the plan's hash. Approvals by other people are not part of this release: where none is recorded, none is shown.</p>
${rows.length === 0 ? html`<p>No restore in this time.</p>` : table(['Started', '#Run', 'Status', 'Who', 'As', 'Approved by', 'Why', 'Plan'], rows)}`,
  );
}

function renderKeys(evidence: Evidence): Markup {
  const { keyring, generations, signers } = evidence.keys;
  const rows = signers.map(
    ({ role, fingerprint, since, revoked }) => html`<tr>
<td>${role}</td><td><code>${fingerprint}</code></td><td class="time">${formatTime(since)}</td><td class="time">${revoked === undefined ? '' : formatTime(revoked)}</td>
</tr>`,
  );
  const turns = generations.map(
    ({ generation, since }) =>
      html`<tr><td class="number">${generation}</td><td class="time">${formatTime(since)}</td></tr>`,
  );
  return section(
    'keys',
    html`<p>As keyring ${keyring} has them, signed by the root key.</p>
<h3>Signing keys</h3>${table(['Role', 'Fingerprint', 'Since', 'Revoked'], rows)}
<h3>Generations of class keys</h3>${table(['#Generation', 'Since'], turns)}
<h3>Actions on keys</h3>${renderActionTable(actionsOf(evidence, 'key', 'init'), 'No action on keys in this time.')}`,
  );
}

function renderPosture(evidence: Evidence): Markup {
  const measured = actionsOf(evidence, 'posture', 'protect', 'drill', 'doctor', 'prune', 'hold');
  return section(
    'posture',
    html`<p>What protects the vault in Azure, and restores out of Azure Backup that were tried: signed records, then what the trail has of them.</p>
<h3>Postures</h3>${renderPostures(evidence)}
<h3>Drills</h3>${renderDrills(evidence)}
<h3>Measurements and changes in the trail</h3>
${renderActionTable(measured, 'None recorded in this time.')}`,
  );
}

function renderPostures({ postures }: Evidence): Markup {
  const rows = postures.map(({ at, passed, failed, unknown, weakened, signer }) => {
    const state = failed.length + weakened.length > 0 ? 'fail' : unknown.length > 0 ? 'unknown' : 'pass';
    return html`<tr>
<td class="time">${formatTime(at)}</td><td><span class="state ${state === 'pass' ? 'evidence' : 'attention'}">${state}</span></td>
<td class="number">${passed}</td><td>${failed.join(', ')}</td><td>${unknown.join(', ')}</td><td>${weakened.join(', ')}</td><td><code>${signer}</code></td>
</tr>`;
  });
  return rows.length === 0
    ? html`<p>No posture is signed in this time.</p>`
    : table(['Time', 'Result', '#Passed', 'Failed', 'Unknown', 'Weaker than before', 'Signed by'], rows);
}

function renderDrills({ drills }: Evidence): Markup {
  const rows = drills.map(({ at, result, point, why, checkedObjects, signer }) => {
    const isProven = result === 'proven' || result === 'olderProven';
    return html`<tr>
<td class="time">${formatTime(at)}</td><td><span class="state ${isProven ? 'evidence' : 'attention'}">${result}</span> ${why ?? ''}</td>
<td><code>${point ?? 'none'}</code></td><td class="number">${checkedObjects.toLocaleString('en-US')}</td><td><code>${signer}</code></td>
</tr>`;
  });
  return rows.length === 0
    ? html`<p>No drill is signed in this time.</p>`
    : table(['Time', 'Result', 'Point', '#Objects', 'Signed by'], rows);
}

function renderTrail({ trail }: Evidence): Markup {
  const { streams, batches, records, notOpened, findings } = trail;
  const rows = findings.map((finding) => {
    const state = isTampering(finding) ? 'attention' : 'none';
    return html`<tr><td><span class="state ${state}">${finding.kind}</span></td><td><code>${finding.object}</code></td><td>${finding.reason}</td></tr>`;
  });
  return section(
    'trail',
    html`<p>Checked whole when this pack was made: ${formatCounted(streams, 'stream')}, ${formatCounted(batches, 'batch', 'batches')}, ${formatCounted(records, 'record')}${notOpened === 0 ? '' : `; ${notOpened} could not be opened`}.</p>
${rows.length === 0 ? html`<p>Nothing was cut off, rewritten, forked, squatted or replayed.</p>` : table(['Finding', 'Where', 'What'], rows)}`,
  );
}

function renderActionTable(actions: readonly AuditAction[], none: string): Markup {
  if (actions.length === 0) return html`<p>${none}</p>`;
  const rows = actions.map(
    (action) => html`<tr>
<td class="time">${formatTime(action.at)}</td><td>${action.action}</td>
<td><span class="state ${action.result === 'done' ? 'evidence' : 'attention'}">${action.result}</span>${action.code === undefined ? '' : ` ${action.code}`}</td>
<td>${action.principal?.name ?? 'unknown'}@${action.host ?? 'unknown'}</td>
<td>${renderFacts(action)}</td>
</tr>`,
  );
  return table(['Time', 'Action', 'Result', 'Who', 'What'], rows);
}

function renderFacts({ facts, reason, breakGlass, signer }: AuditAction): Markup {
  const said: readonly (readonly [string, string])[] = [
    ...(breakGlass === undefined ? [] : [['break-glass', breakGlass] as const]),
    ...(reason === undefined ? [] : [['why', reason] as const]),
    ...Object.entries(facts).map(([name, value]) => [name, factText(value)] as const),
    ['signed by', signer],
  ];
  return html`<dl>${said.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function renderFiles(files: readonly PackedFile[]): Markup {
  const rows = files.map(
    ({ file, sizeBytes, sha256 }) =>
      html`<tr><td><a href="${file}">${file}</a></td><td class="number">${sizeBytes.toLocaleString('en-US')}</td><td><code>${sha256}</code></td></tr>`,
  );
  return html`<section id="files"><h2>Raw records</h2>
<p>Beside this page. <code>records.jsonl</code> has every record as it was signed, with its hash and the batch it lies in; <code>manifest.json</code> has the hash of every file of the pack, this page included.</p>
${table(['File', '#Bytes', 'SHA-256'], rows)}</section>`;
}
