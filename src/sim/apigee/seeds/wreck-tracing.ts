import type { WreckTarget } from '../wreck-target.ts';

/** "Why is nothing in the traces?" */
export function traceAll(target: WreckTarget): string[] {
  const environment = [...target.list(['environments'])].find((name) => {
    if (target.get(['environments', name])['type'] !== 'COMPREHENSIVE') return false;
    return target.get(['environments', name, 'traceConfig'])['exporter'] !== undefined;
  });
  if (environment === undefined) return [];
  const path = ['environments', environment, 'traceConfig'];
  const samplingConfig = { sampler: 'PROBABILITY', samplingRate: 0.5 };
  target.patch(path, { samplingConfig }, { updateMask: 'samplingConfig' });
  const [override] = [...target.list([...path, 'overrides'])];
  if (override !== undefined) target.delete([...path, 'overrides', override]);
  const more = override === undefined ? '' : ' and deleted a trace override';
  return [`let ${environment} trace half of its traffic${more}`];
}
