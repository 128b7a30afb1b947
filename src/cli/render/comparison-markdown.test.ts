import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../app/compare.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';
import { comparisonJunit } from './comparison-report.ts';

const summary = {
  kind: 'proxy-deployment',
  added: 0,
  removed: 0,
  changed: 1,
  unknown: 0,
  same: 3,
  informational: 0,
  ignored: 0,
};

const comparison: Comparison = {
  before: 'p1',
  after: 'live',
  selectionIsEmpty: false,
  contentsRead: true,
  ignored: [],
  expiredRules: [],
  summary: [summary],
  differences: [
    {
      id: 'environments/test/apis/orders/deployment',
      kind: 'proxy-deployment',
      change: 'changed',
      informational: false,
      secretChanged: false,
      fields: [
        {
          path: 'contents',
          before: 'a\nb',
          after: 'a\nc',
          hidden: false,
          lines: ['@@ -1,2 +1,2 @@', ' a', '-b', '+c'],
        },
      ],
      files: [
        {
          path: 'apiproxy/policies/VA.xml',
          change: 'changed',
          what: 'policy VerifyAPIKey "VA-`Key`"',
          lines: ['/VerifyAPIKey/APIKey/@ref: "a" → "b"'],
        },
        {
          path: 'apiproxy/resources/jsc/a.js',
          change: 'formatting',
          what: 'resource jsc://a.js',
          lines: ['(only line breaks differ: LF → CRLF)'],
        },
      ],
    },
  ],
};

test('a changed policy is shown as that policy, with the places that changed; texts by their lines', () => {
  assert.equal(
    comparisonMarkdown(comparison, 'acme').join('\n'),
    `### \`acme\`: from \`p1\` to \`live\`

**1 changed**

| kind | added | removed | changed | unknown | ignored | same |
| --- | --- | --- | --- | --- | --- | --- |
| \`proxy-deployment\` | 0 | 0 | 1 | 0 | 0 | 3 |

**changed** \`environments/test/apis/orders/deployment\`

\`\`\`diff
! contents:
@@ -1,2 +1,2 @@
 a
-b
+c
\`\`\`

- changed: \`\`policy VerifyAPIKey "VA-\`Key\`"\`\`, \`apiproxy/policies/VA.xml\`

  \`\`\`diff
  /VerifyAPIKey/APIKey/@ref: "a" → "b"
  \`\`\`

- formatting only: \`resource jsc://a.js\`, \`apiproxy/resources/jsc/a.js\`

  \`\`\`diff
  (only line breaks differ: LF → CRLF)
  \`\`\``,
  );
});

test('what could not be compared is an error in JUnit, not a pass and not a failure', () => {
  const [difference] = comparison.differences;
  assert.ok(difference !== undefined);
  const unknown = { ...difference, change: 'unknown', note: 'denied' } as const;
  const report = comparisonJunit({ ...comparison, differences: [unknown] }, { verb: 'drift', organization: 'acme' });
  assert.deepEqual(
    report.suites[0]?.cases.map(({ outcome }) => outcome?.type),
    ['error', 'error'],
  );
});
