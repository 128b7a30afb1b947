import { Hono } from 'hono';
import type { ApigeeSimulator } from './apigee-simulator.ts';
import {
  readFaults,
  readNumber,
  readPartial,
  readRuntimeRequest,
  readSeed,
  readSwitches,
  readTokenRule,
} from './control-input.ts';
import { type Document, isDocument } from './document.ts';
import { dumpDifferences } from './dump.ts';

/** The simulator's own surface, mounted at `/_sim`; README.md lists it. Wrong input is answered with 400 and a sentence. */
export function controlSurface(simulator: ApigeeSimulator): Hono {
  const surface = new Hono();
  surface.onError((error, context) =>
    context.json({ error: error.message }, error instanceof RangeError || error instanceof TypeError ? 400 : 500),
  );
  surface.get('/', (context) =>
    context.json({ organizations: simulator.organizationNames, switches: simulator.switches }),
  );
  addRecords(surface, simulator);
  addContents(surface, simulator);
  addBehaviour(surface, simulator);
  return surface;
}

function addRecords(surface: Hono, simulator: ApigeeSimulator): void {
  surface.get('/log', (context) => {
    const entries = context.req.query('mutating') === 'true' ? simulator.log.mutations : simulator.log.entries;
    const organization = context.req.query('organization');
    return context.json({
      entries: organization === undefined ? entries : entries.filter((entry) => entry.organization === organization),
    });
  });
  surface.get('/counts', (context) => context.json(simulator.log.counts(context.req.query('organization'))));
  surface.delete('/log', (context) => {
    simulator.log.reset();
    return context.body(null, 204);
  });
  surface.put('/log/bodies', async (context) => {
    simulator.log.keepBodies = (await bodyOf(context.req.raw))['keep'] === true;
    return context.body(null, 204);
  });
  surface.get('/floor', (context) => context.json(simulator.listingFloor(context.req.query('organization'))));
  surface.get('/dump', (context) => {
    const lines = simulator.dump(context.req.query('organization'))[Symbol.iterator]();
    return new Response(ndjson(lines), { headers: { 'content-type': 'application/x-ndjson' } });
  });
  surface.get('/differences', (context) => {
    const { left, right, expiryToleranceMs } = context.req.query();
    const tolerance = Number(expiryToleranceMs ?? 0);
    return context.json({ differences: dumpDifferences(simulator.dump(left), simulator.dump(right), tolerance) });
  });
}

function addContents(surface: Hono, simulator: ApigeeSimulator): void {
  surface.post('/organizations', async (context) => {
    const body = await bodyOf(context.req.raw);
    simulator.addOrganization(String(body['name']), readSeed(body['seed'] ?? 'empty'));
    return context.json({ organizations: simulator.organizationNames }, 201);
  });
  surface.post('/wreck', async (context) => {
    const body = await bodyOf(context.req.raw);
    return context.json({ done: simulator.wreck(organizationIn(body)) });
  });
  surface.post('/mutate', async (context) => {
    const body = await bodyOf(context.req.raw);
    const options = { seed: readNumber(body, 'seed'), count: readNumber(body, 'count') };
    const allowResidue = body['allowResidue'] === true;
    return context.json({ changes: simulator.mutate({ ...options, allowResidue }, organizationIn(body)) });
  });
  surface.post('/settle', (context) => {
    simulator.settle();
    return context.body(null, 204);
  });
  surface.post('/runtime/check', async (context) => {
    const body = await bodyOf(context.req.raw);
    return context.json(simulator.checkRuntime(readRuntimeRequest(body), organizationIn(body)));
  });
}

function addBehaviour(surface: Hono, simulator: ApigeeSimulator): void {
  surface.put('/latency', async (context) => {
    simulator.setLatency(readNumber(await bodyOf(context.req.raw), 'ms'));
    return context.body(null, 204);
  });
  surface.put('/quota', async (context) => {
    const body = await bodyOf(context.req.raw);
    simulator.setQuota(body['perMinute'] === null ? undefined : readNumber(body, 'perMinute'));
    return context.body(null, 204);
  });
  surface.get('/faults', (context) => context.json({ faults: simulator.faultReport() }));
  surface.put('/faults', async (context) => {
    simulator.setFaults(readFaults((await bodyOf(context.req.raw))['rules']));
    return context.body(null, 204);
  });
  surface.get('/clock', (context) => context.json({ mode: simulator.clock.mode, nowMs: simulator.clock.nowMs() }));
  surface.post('/clock/advance', async (context) => {
    if (simulator.clock.mode === 'real') throw new TypeError('a real clock cannot be advanced');
    simulator.clock.advance(readNumber(await bodyOf(context.req.raw), 'ms'));
    return context.json({ mode: simulator.clock.mode, nowMs: simulator.clock.nowMs() });
  });
  surface.put('/switches', async (context) => {
    simulator.setSwitches(readSwitches(await bodyOf(context.req.raw), simulator.switches));
    return context.json(simulator.switches);
  });
  surface.put('/timings', async (context) => {
    const timings = { operationMs: 0, deploymentMs: 0, cascadeMs: 0 };
    simulator.setTimings(readPartial(await bodyOf(context.req.raw), timings));
    return context.body(null, 204);
  });
  surface.put('/tokens', async (context) => {
    simulator.setTokens(readTokenRule(await bodyOf(context.req.raw)));
    return context.body(null, 204);
  });
}

async function bodyOf(request: Request): Promise<Document> {
  const text = await request.text();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TypeError('the body is not JSON');
  }
  if (!isDocument(value)) throw new TypeError('the body is not an object');
  return value;
}

function organizationIn(body: Document): string | undefined {
  return typeof body['organization'] === 'string' ? body['organization'] : undefined;
}

const linesPerChunk = 500;

/** One JSON line after another, made as they are read. */
function ndjson(lines: Iterator<object>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let chunk = '';
      for (let count = 0; count < linesPerChunk; count += 1) {
        const next = lines.next();
        if (next.done === true) {
          if (chunk !== '') controller.enqueue(encoder.encode(chunk));
          controller.close();
          return;
        }
        chunk += `${JSON.stringify(next.value)}\n`;
      }
      controller.enqueue(encoder.encode(chunk));
    },
  });
}
