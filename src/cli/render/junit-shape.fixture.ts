import assert from 'node:assert/strict';
import { parseXml } from '../../platform/xml.ts';

interface ElementShape {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  readonly children?: readonly string[];
}

/** As far as we use it, the published schema that Jenkins' xunit plugin checks against: junit-10.xsd. */
const shapes: Readonly<Record<string, ElementShape>> = {
  testsuites: { required: [], optional: ['name', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: { required: ['name', 'tests'], optional: ['failures', 'errors', 'skipped'], children: ['testcase'] },
  testcase: { required: ['name'], optional: ['classname'], children: ['skipped', 'error', 'failure'] },
  skipped: { required: [], optional: ['message'] },
  error: { required: [], optional: ['message'] },
  failure: { required: [], optional: ['message'] },
};

type Element = NonNullable<ReturnType<typeof parseXml>>['root'];

/** Asserts that the text is JUnit XML whose counts are right; answers the names of its test cases. */
export function assertJunit(xml: string): readonly string[] {
  const document = parseXml(xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, ''));
  assert.ok(document !== undefined, 'it is well-formed');
  assert.equal(document.root.name, 'testsuites');
  assertElement(document.root);
  return elementsOf(document.root).flatMap((suite) =>
    elementsOf(suite).map(({ attributes }) => attributes['name'] ?? ''),
  );
}

function assertElement(element: Element): void {
  const shape = shapes[element.name];
  assert.ok(shape !== undefined, element.name);
  const names = Object.keys(element.attributes);
  for (const name of shape.required) assert.ok(names.includes(name), `${element.name} needs ${name}`);
  for (const name of names) assert.ok([...shape.required, ...(shape.optional ?? [])].includes(name), name);
  for (const child of elementsOf(element)) {
    assert.ok(shape.children?.includes(child.name), `${child.name} in ${element.name}`);
    assertElement(child);
  }
  if (element.name === 'testsuite') assertCounts(element);
}

function assertCounts(suite: Element): void {
  const cases = elementsOf(suite);
  const countOf = (name: string): number =>
    cases.filter((one) => elementsOf(one).some((child) => child.name === name)).length;
  const expected = {
    tests: cases.length,
    failures: countOf('failure'),
    errors: countOf('error'),
    skipped: countOf('skipped'),
  };
  for (const [name, count] of Object.entries(expected)) assert.equal(suite.attributes[name], String(count), name);
}

function elementsOf(element: Element): readonly Element[] {
  return element.children.filter((child) => child.type === 'element');
}
