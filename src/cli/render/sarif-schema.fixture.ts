import { z } from 'zod';

const text = z.strictObject({ text: z.string().min(1) });
// RFC 3986, relative or whole: no blanks, no quotes, `%` only before two hexadecimal digits.
const uriReference = z.string().regex(/^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/);

/** What we use of the published schema of SARIF 2.1.0, with what that requires; anything else is refused. */
export const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            version: z.string(),
            rules: z.array(z.strictObject({ id: z.string().min(1), shortDescription: text })),
          }),
        }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level: z.enum(['none', 'note', 'warning', 'error']),
            message: text,
            locations: z.array(
              z.strictObject({
                physicalLocation: z.strictObject({
                  artifactLocation: z.strictObject({ uri: uriReference }),
                  region: z.strictObject({ startLine: z.int().min(1) }).optional(),
                }),
                logicalLocations: z
                  .array(z.strictObject({ kind: z.string(), fullyQualifiedName: z.string() }))
                  .optional(),
              }),
            ),
            partialFingerprints: z.record(z.string(), z.string()),
            suppressions: z
              .array(
                z.strictObject({
                  kind: z.enum(['inSource', 'external']),
                  status: z.enum(['accepted', 'underReview', 'rejected']),
                  justification: z.string(),
                }),
              )
              .optional(),
          }),
        ),
      }),
    )
    .length(1),
});
