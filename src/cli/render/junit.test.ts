import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseXml } from '../../platform/xml.ts';
import { assertJunit } from './junit-shape.fixture.ts';
import { isPrintable } from './printable.ts';
import { renderJunit } from './junit.ts';

const failing = { type: 'failure', message: 'differs', lines: ['a: 1 → 2', 'b'] } as const;

test('counts are those of the cases, and text stands in its element', () => {
  const xml = renderJunit({
    name: 'drift',
    suites: [
      {
        name: 'acme: proxy',
        cases: [
          { classname: 'holdfast.drift', name: 'proxy' },
          { classname: 'holdfast.drift.proxy', name: 'apis/orders', outcome: failing },
          { classname: 'c', name: 'n', outcome: { type: 'error', message: 'denied' } },
          { classname: 'c', name: 'm', outcome: { type: 'skipped', message: 'by rule' } },
        ],
      },
    ],
  });
  assertJunit(xml);
  assert.match(xml, /<testsuites name="drift" tests="4" failures="1" errors="1">/);
  assert.match(xml, /<testsuite name="acme: proxy" tests="4" failures="1" errors="1" skipped="1">/);
  assert.match(xml, /<failure message="differs">a: 1 → 2\nb<\/failure>/);
});

test('no name can leave its attribute, act on a terminal or make the XML unreadable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, line) => {
      const outcome = { type: 'failure', message: name, lines: [line, ']]>'] } as const;
      const xml = renderJunit({ name, suites: [{ name, cases: [{ classname: name, name, outcome }] }] });
      assertJunit(xml);
      const [suite] =
        parseXml(xml.replace(/^<\?xml.*\n/, ''))?.root.children.filter(({ type }) => type === 'element') ?? [];
      assert.ok(suite?.type === 'element');
      assert.equal(suite.attributes['tests'], '1');
      assert.ok(isPrintable(xml.replaceAll('\n', '')));
    }),
  );
});
