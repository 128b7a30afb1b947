import { createHash } from 'node:crypto';
import type { HoleFiller } from '../app/ports/organization.ts';
import type { CallBody, Hole, PathTemplate, TemplateObject, TemplateValue } from '../core/call.ts';
import type { JsonValue } from '../core/json.ts';
import type { PlannedCall } from '../core/plan.ts';
import type { Clock } from '../platform/clock.ts';
import { writeBundleZip } from './bundle-zip.ts';
import type { ApiCall } from './transport.ts';

export interface FillContext {
  readonly fill: HoleFiller;
  readonly clock: Clock;
  /** Told of each secret before it is used. */
  readonly hide: (secret: string) => void;
}

/** A planned call with its holes filled, ready to be sent. */
export async function fillCall(call: PlannedCall, context: FillContext): Promise<ApiCall> {
  const path = await fillPath(call.path, context);
  const body = call.body === undefined ? undefined : await fillBody(call.body, context);
  return {
    method: call.method,
    path,
    access: 'write',
    repeatable: call.lookup.type === 'repeat',
    ...(call.query === undefined ? {} : { query: call.query }),
    ...(body === undefined ? {} : { body }),
  };
}

/** The path with each hole's value percent-encoded as one segment. */
export async function fillPath(path: PathTemplate, context: FillContext): Promise<string> {
  const parts = await Promise.all(
    path.map(async (part) => (typeof part === 'string' ? part : encodeURIComponent(await fillHole(part, context)))),
  );
  return parts.join('');
}

async function fillHole(hole: Hole, { fill, clock, hide }: FillContext): Promise<string> {
  switch (hole.hole) {
    case 'secret': {
      const value = await fill.secret(hole.id, hole.name);
      hide(value);
      return value;
    }
    case 'live': {
      const value = fill.live(hole.id, hole.name);
      hide(value);
      return value;
    }
    case 'assigned':
      return fill.assigned(hole.call, hole.field);
    case 'secondsUntil':
      // 0 and less would be refused or taken for "never".
      return String(Math.max(1, Math.ceil((hole.instantMs - clock.epochMs()) / 1000)));
  }
}

async function fillBody(body: CallBody, context: FillContext): Promise<NonNullable<ApiCall['body']>> {
  switch (body.type) {
    case 'json': {
      const text = JSON.stringify(await fillValue(body.value, context));
      return { contentType: 'application/json', bytes: Buffer.from(text, 'utf8') };
    }
    case 'empty':
      return { contentType: 'application/octet-stream', bytes: new Uint8Array() };
    case 'upload':
      return multipartFile(Buffer.from(body.text, body.encoding ?? 'utf8'), body);
    case 'bundle': {
      const { files } = await context.fill.bundle(body.id);
      return multipartFile(await writeBundleZip(files, body.id), { field: 'file', fileName: 'bundle.zip' });
    }
  }
}

async function fillValue(value: TemplateValue, context: FillContext): Promise<JsonValue> {
  if (Array.isArray(value)) {
    const elements: readonly TemplateValue[] = value;
    return Promise.all(elements.map((element) => fillValue(element, context)));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isHole(value)) return fillHole(value.$hole, context);
  // What is left is an object of templates: arrays, holes and plain values were taken above.
  const fields = Object.entries(value as TemplateObject);
  return Object.fromEntries(
    await Promise.all(fields.map(async ([field, inner]) => [field, await fillValue(inner, context)] as const)),
  );
}

function isHole(value: object): value is { readonly $hole: Hole } {
  return '$hole' in value && Object.keys(value).length === 1;
}

/** One file as `multipart/form-data`, with a boundary that its own bytes determine. */
function multipartFile(
  bytes: Uint8Array,
  { field, fileName }: { readonly field: string; readonly fileName: string },
): NonNullable<ApiCall['body']> {
  const boundary = `holdfast-${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}`;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`,
    'Content-Type: application/octet-stream',
    '',
    '',
  ].join('\r\n');
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
