import { type ArchiveObject, archiveObjectOfFiles } from '../archives.ts';
import { type BundleFiles, filesOfTexts } from '../bundle-files.ts';
import type { SeedDocument, StoredSeed } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { daysBefore } from './moments.ts';
import { changeOf } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

type Texts = Readonly<Record<string, string>>;

/** An archive of the seeds, by the id that the server would have made. */
interface ArchivePlan {
  readonly environment: string;
  readonly id: string;
  readonly days: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly files: Texts;
}

const ENVIRONMENT = 'workbench';
const root = 'src/main/apigee';

/** An environment that is deployed by archives, as people who develop on their own machines have it. */
export const archiveEnvironment: SeedDocument = {
  name: ENVIRONMENT,
  displayName: 'Workbench',
  description: 'What the developers try out',
  type: 'INTERMEDIATE',
  state: 'ACTIVE',
  deploymentType: 'ARCHIVE',
  apiProxyType: 'PROGRAMMABLE',
  createdAt: daysBefore(400),
  lastModifiedAt: daysBefore(400),
};

/** The files of one version: two environment files, a proxy, a script. */
function filesOf(version: string): Texts {
  const proxy = `${root}/apiproxies/rates/apiproxy`;
  const password = createRandom('workbench').token(20);
  return {
    [`${root}/environments/${ENVIRONMENT}/deployments.json`]: '{"proxies": [{"name": "rates"}]}\n',
    [`${root}/environments/${ENVIRONMENT}/targetservers.json`]:
      '[{"name": "rates-backend", "host": "rates.dev.int.acme-pay.test", "port": 443, "isEnabled": true}]\n',
    [`${root}/environments/${ENVIRONMENT}/ledger.properties`]: `ledger.user=svc-bench\nledger.password=${password}\n`,
    [`${proxy}/rates.xml`]: `<APIProxy name="rates"><Description>Rates ${version} – für Händler</Description></APIProxy>\n`,
    [`${proxy}/proxies/default.xml`]:
      '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/rates</BasePath></HTTPProxyConnection></ProxyEndpoint>\n',
    [`${proxy}/resources/jsc/round.js`]: `// ${version}\nfunction round(x) {\n  return Math.round(x);\n}\n`,
  };
}

/** The newest is not the last in the order of ids, and one is older than it. */
export const archivePlans: readonly ArchivePlan[] = [
  { environment: ENVIRONMENT, id: 'k3v9q1zt7mwb2xr8pa', days: 90, labels: { build: '17' }, files: filesOf('1.0') },
  {
    environment: ENVIRONMENT,
    id: 'c8d0y5hn4sje6flu1g',
    days: 12,
    labels: { build: '23', team: 'rates' },
    files: filesOf('1.1'),
  },
];

/** What is no text: the first bytes of a class file. */
const compiled: BundleFiles = new Map([
  [`${root}/apiproxies/rates/apiproxy/resources/java/round.class`, Buffer.from('cafebabe0000003d', 'hex')],
]);

const uploadedOf = (files: Texts): ArchiveObject =>
  archiveObjectOfFiles(new Map([...filesOfTexts(files), ...compiled]));

/** What the storage and the environment hold of these archives. */
export function archiveDocuments(plans: readonly ArchivePlan[]): StoredSeed[] {
  return plans.flatMap(({ environment, id, days, labels, files }) => {
    const object = `${id}.zip`;
    const uploaded = uploadedOf(files);
    const createdAt = `${daysBefore(days)}000`;
    const { digest } = uploaded;
    const document = { id, object, digest, labels, createdAt, updatedAt: createdAt };
    return [
      { kind: 'archiveobject', owner: '', name: object, document: { ...uploaded } },
      { kind: 'archivedeployment', owner: environment, name: id, document },
    ];
  });
}

/** Archives of a random organization. */
export function generateArchives(random: SeededRandom): StoredSeed[] {
  const versions = Array.from({ length: random.integer(0, 2) }, (_, index): ArchivePlan => {
    const files = { ...filesOf(String(index)), [`${root}/odd.properties`]: oddText(random) };
    const labels: Record<string, string> = random.chance(0.5) ? {} : { build: String(index), empty: '' };
    return {
      environment: ENVIRONMENT,
      id: `generated${random.integer(100, 999)}${index}`,
      days: 9 - index,
      labels,
      files,
    };
  });
  return archiveDocuments(versions);
}

/** The environment that takes archives, and the name of its newest one. */
function findArchive(target: WreckTarget): { readonly environment: string; readonly newest: string } | undefined {
  const environment = [...target.list(['environments'])].find(
    (name) => target.get(['environments', name])['deploymentType'] === 'ARCHIVE',
  );
  if (environment === undefined) return undefined;
  const collection = ['environments', environment, 'archiveDeployments'];
  const ages = [...target.list(collection)].map(
    (name) => [name, Number(target.get([...collection, name])['createdAt'])] as const,
  );
  const newest = ages.sort(([, a], [, b]) => b - a)[0]?.[0];
  return newest === undefined ? undefined : { environment, newest };
}

/** Deploys another archive, or labels the newest anew. */
function changeArchive(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  target.settle();
  const found = findArchive(target);
  if (found === undefined) return undefined;
  const { environment, newest } = found;
  const path = ['environments', environment, 'archiveDeployments', newest];
  if (random.chance(0.4)) {
    target.patch(path, { labels: { build: serial } }, { updateMask: 'labels' });
    return changeOf('updated', path, `labels of the archive of ${environment}`);
  }
  target.deployArchive({ environment, uploaded: uploadedOf(filesOf(serial)), labels: { build: serial } });
  target.settle();
  return changeOf('deployed', path.slice(0, 3), `archive to ${environment}`);
}

export const archiveMutations: readonly Mutation[] = [changeArchive];

/** An archive that lacks most of what the one before had. */
export function wreckArchive(target: WreckTarget): string[] {
  target.settle();
  const found = findArchive(target);
  if (found === undefined) return [];
  const { environment } = found;
  const files = { [`${root}/environments/${environment}/deployments.json`]: '{}\n' };
  target.deployArchive({ environment, uploaded: uploadedOf(files), labels: {} });
  target.settle();
  return [`deployed an archive without a proxy to ${environment}`];
}
