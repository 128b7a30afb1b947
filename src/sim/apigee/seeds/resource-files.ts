import type { StoredSeed } from '../organization-seed.ts';
import { oddText } from './odd-text.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

function fileOf(environment: string, type: string, name: string, content: string | Uint8Array): StoredSeed {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  const document = { name, type, content: bytes.toString('base64') };
  return { kind: 'resourcefile', owner: environment, name: `${type}/${name}`, document };
}

/** Looks like a library: no text, and some bytes that are no text in any encoding. */
function libraryBytes(): Uint8Array {
  const random = createRandom('library');
  const noise = Array.from({ length: 2_000 }, () => random.integer(0, 255));
  return Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0xff, 0xfe, ...noise]);
}

function connection(environment: string): string {
  const password = createRandom(`connection ${environment}`).token(20);
  return `# The ledger – ${environment}\r\nledger.user=svc-ledger\r\nledger.password=${password}\r\n`;
}

const schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="payment"/></xs:schema>\n';

/** The resource files of the seeds: one of each type, names with slashes, blanks and punctuation, one that is no text. */
export const resourceFiles: readonly StoredSeed[] = [
  ...['dev', 'test', 'prod'].map((name) => fileOf(name, 'properties', 'ledger.properties', connection(name))),
  fileOf('prod', 'jsc', 'lib/money/round half-even.js', 'function round(x) {\n  return Math.round(x); // "€"\n}\n'),
  fileOf('prod', 'js', "it's (v1.2) & 50%.js", ''),
  fileOf('prod', 'java', 'hsm-client-2.1.jar', libraryBytes()),
  fileOf('prod', 'py', 'mask~[1].py', '\ufeffprint("Händler")'),
  fileOf('prod', 'wsdl', 'ledger/2024/Ledger.wsdl', '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>\n'),
  fileOf('prod', 'xsd', 'payment.xsd', schema),
  fileOf('prod', 'xslt', 'to iso20022.xsl', '<xsl:stylesheet version="1.0"/>\n'),
  fileOf('prod', 'oas', 'payments@2.yaml', 'openapi: 3.0.3\ninfo: {title: Payments, version: "2"}\n'),
  fileOf('test', 'oas', 'payments@2.yaml', 'openapi: 3.0.3\ninfo: {title: Payments, version: "2-rc"}\n'),
  fileOf('test', 'graphql', 'schema.graphql', 'type Query { balance(iban: String!): Int }\n'),
];

const oddNames = ['plain', 'a/b', 'a b', '100%', '%2F', '~tilde', '...', 'x:y', 'C++', "quote'd", '{x}'];

/** Resource files of a random organization. */
export function generateResourceFiles(random: SeededRandom, environments: readonly string[]): StoredSeed[] {
  return environments.flatMap((environment) =>
    random.some(oddNames, random.integer(0, 3)).map((name) => {
      const bytes = Uint8Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255));
      const content = random.chance(0.6) ? oddText(random) : bytes;
      return fileOf(environment, random.pick(['jsc', 'java', 'properties', 'xsd']), name, content);
    }),
  );
}
