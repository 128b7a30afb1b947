import type { PointRecord } from './manifest.ts';

/** A complete, empty point of one instant, told of as `more` says. */
export function pointRecord(
  point: string,
  time: string,
  more: Partial<Omit<PointRecord, 'header' | 'body'>> & { readonly table?: string | null } = {},
): PointRecord {
  const { table = null, ...rest } = more;
  return {
    name: point,
    hash: '',
    sizeBytes: 1,
    signer: 'writer',
    time,
    timeAttested: false,
    header: {
      point,
      organization: 'acme-prod',
      epoch: '000001',
      grade: 'complete',
      startedAt: time,
      endedAt: time,
      wrote: [],
      previous: null,
    },
    body: {
      scope: { type: 'all' },
      consistent: true,
      parent: null,
      resources: 0,
      bytesWritten: 0,
      calls: 0,
      floor: 0,
      efficiency: 1,
      ledger: [],
      notCaptured: [],
      moved: [],
      tool: 'test',
      identity: 'nobody',
      gaps: {},
      table,
    },
    ...rest,
  };
}
