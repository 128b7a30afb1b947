import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';

function contentOf(scene: MutationScene): string {
  const isText = scene.random.chance(0.6);
  return Buffer.from(
    isText ? `${scene.serial} ${oddText(scene.random)}` : `\u0000\xff${scene.serial}`,
    'latin1',
  ).toString('base64');
}

/** Overwrites, deletes or adds a resource file. */
function changeResourceFile(scene: MutationScene): Change | undefined {
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const { random, serial, target } = scene;
  const collection = ['environments', environment, 'resourcefiles'];
  const found = random.chance(0.8) ? pickAny(random, [...target.list(collection)]) : undefined;
  if (found === undefined) {
    const name = `added/${serial}`;
    target.post(collection, { file: contentOf(scene) }, { type: 'jsc', name });
    return changeOf('created', [...collection, 'jsc', name], `resource file ${name} in ${environment}`);
  }
  const cut = found.indexOf('/');
  const path = [...collection, found.slice(0, cut), found.slice(cut + 1)];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `resource file ${found} in ${environment}`);
  }
  target.put(path, { file: contentOf(scene) });
  return changeOf('updated', path, `resource file ${found} in ${environment}`);
}

/** The COMPREHENSIVE environment that is found first. */
function findTraced(scene: MutationScene): string | undefined {
  return [...scene.target.list(['environments'])].find(
    (name) => scene.target.get(['environments', name])['type'] === 'COMPREHENSIVE',
  );
}

function retrace(scene: MutationScene): Change | undefined {
  const environment = findTraced(scene);
  if (environment === undefined) return undefined;
  const path = ['environments', environment, 'traceConfig'];
  const config = {
    exporter: 'CLOUD_TRACE',
    endpoint: `project-${scene.serial}`,
    samplingConfig: { sampler: 'PROBABILITY', samplingRate: scene.random.pick([0.125, 0.5]) },
  };
  const isEmptied = scene.random.chance(0.2);
  scene.target.patch(path, isEmptied ? {} : config, { updateMask: traceFields });
  return changeOf(isEmptied ? 'deleted' : 'updated', path, `the trace configuration of ${environment}`);
}

const traceFields =
  'endpoint,exporter,mtls_config,otel_collector_security_scheme,sampling_config,span_semantics,trace_protocol';

/** Overwrites, deletes or adds a trace override. */
function changeOverride(scene: MutationScene): Change | undefined {
  const environment = findTraced(scene);
  if (environment === undefined) return undefined;
  const { random, target } = scene;
  const collection = ['environments', environment, 'traceConfig', 'overrides'];
  const samplingConfig = random.pick([{ sampler: 'OFF' }, { sampler: 'PROBABILITY', samplingRate: 0.375 }]);
  const found = random.chance(0.7) ? pickAny(random, [...target.list(collection)]) : undefined;
  if (found === undefined) {
    const apiProxy = sampleName(scene, ['apis']);
    if (apiProxy === undefined) return undefined;
    const name = String(target.post(collection, { apiProxy, samplingConfig })['name']);
    return changeOf('created', [...collection, name], `trace override of ${apiProxy} in ${environment}`);
  }
  const path = [...collection, found];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `trace override ${found} in ${environment}`);
  }
  target.patch(path, { samplingConfig }, { updateMask: 'samplingConfig' });
  return changeOf('updated', path, `trace override ${found} in ${environment}`);
}

/** Detaches an environment from an instance, or attaches one. */
function changeInstance(scene: MutationScene): Change | undefined {
  const { random, target } = scene;
  const instance = sampleName(scene, ['instances']);
  if (instance === undefined) return undefined;
  const collection = ['instances', instance, 'attachments'];
  const found = random.chance(0.5) ? pickAny(random, [...target.list(collection)]) : undefined;
  target.settle();
  if (found !== undefined) {
    target.delete([...collection, found]);
    target.settle();
    return changeOf('deleted', [...collection, found], `attachment ${found} of the instance ${instance}`);
  }
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  target.post(collection, { environment });
  target.settle();
  return changeOf('created', collection, `attachment of ${environment} to the instance ${instance}`);
}

/** Deletes a DNS zone, or adds one. */
function changeZone(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const found = random.chance(0.5) ? sampleName(scene, ['dnsZones']) : undefined;
  target.settle();
  if (found !== undefined) {
    target.delete(['dnsZones', found]);
    target.settle();
    return changeOf('deleted', ['dnsZones', found], `DNS zone ${found}`);
  }
  const name = `added-${serial}`;
  target.post(['dnsZones'], { description: 'added', domain: `${serial}.test.` }, { dnsZoneId: name });
  target.settle();
  return changeOf('created', ['dnsZones', name], `DNS zone ${name}`);
}

/** Mutations of what an environment holds beside target servers, maps and deployments. */
export const environmentMutations: readonly Mutation[] = [
  changeResourceFile,
  retrace,
  changeOverride,
  changeInstance,
  changeZone,
];
