import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from './printable.ts';
import { createStyle } from './style.ts';
import { renderTable } from './table.ts';

const style = createStyle(false);

test('columns are as wide as what is in them, numbers to the right', () => {
  const lines = renderTable({
    columns: [{ title: 'Kind' }, { title: 'Count', align: 'right' }],
    rows: [
      ['proxy', '1,200'],
      ['注文', '7'],
    ],
    width: 80,
    style,
  });
  assert.deepEqual(lines, ['Kind   Count', 'proxy  1,200', '注文       7']);
});

test('only flexible columns are cut, and only when the line is too long', () => {
  const layout = {
    columns: [{ title: 'Id' }, { title: 'Why', flexible: true }],
    rows: [['p0123456789abcdef', 'a reason that is far too long for a narrow terminal']],
    style,
  };
  const [, narrow = ''] = renderTable({ ...layout, width: 40 });
  assert.equal(displayWidth(narrow), 40);
  assert.ok(narrow.startsWith('p0123456789abcdef  a reason') && narrow.endsWith('…'));
  const [, tiny = ''] = renderTable({ ...layout, width: 10 });
  assert.ok(tiny.startsWith('p0123456789abcdef  '));
  const [, wide = ''] = renderTable({ ...layout, width: 100 });
  assert.ok(wide.endsWith('narrow terminal'));
});

test('a first cell that does not fit has a line to itself, and only when the lines are too long', () => {
  const columns = [
    { title: 'Kind', hanging: true },
    { title: 'Count', align: 'right' as const },
  ];
  const layout = {
    columns,
    rows: [
      ['a-kind-with-a-long-name', '1'],
      ['proxy', '1,200'],
    ],
    style,
  };
  const narrow = renderTable({ ...layout, width: 20 });
  assert.deepEqual(narrow, [
    'Kind           Count',
    'a-kind-with-a-long-name',
    '                   1',
    'proxy          1,200',
  ]);
  const wide = renderTable({ ...layout, width: 80 });
  assert.deepEqual(wide.slice(1), ['a-kind-with-a-long-name      1', 'proxy                    1,200']);
});

test('a name cannot bring its own lines or colours into a table', () => {
  const lines = renderTable({ columns: [{ title: 'Name' }], rows: [['a\n\u001B[31mb']], width: 80, style });
  assert.deepEqual(lines, ['Name', 'a\\u{a}\\u{1b}[31mb']);
});
