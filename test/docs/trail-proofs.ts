import { by, type NamedTest, type Proof } from './named-test.ts';

const tampered = (name: string): NamedTest => by('src/vault/audit/tampered-trail.test.ts', name);
const HIDING = 'Whoever wants to hide what was done';

/** What shows the claims about the audit trail. */
export const trailProofs: readonly Proof[] = [
  {
    section: HIDING,
    claim: '**Cannot** cut off, rewrite',
    tests: [
      tampered('a tail that is cut off is named, with who had seen it'),
      tampered('a number missing in the middle is a gap that no crash explains'),
      tampered('a suffix that is rewritten is named, whoever signed it'),
      tampered('two signed batches for one number are a fork'),
      tampered('a squatted number is named; the stream goes on in another one, and nothing is lost'),
      tampered('a batch replayed from another vault or another place is named'),
    ],
  },
  {
    section: HIDING,
    claim: '**Can** cut off the newest',
    tests: [
      tampered('the newest tail, which nothing in the vault names yet, is missed by a head that was kept outside'),
      by('test/journeys/audit.test.ts', 'a tail cut off behind the last point is found by what backup printed'),
    ],
  },
  {
    section: HIDING,
    claim: '**Cannot** change or reveal',
    tests: [
      by(
        'test/journeys/audit.test.ts',
        'a trail that takes nothing stops the action, and nothing is revealed or changed',
      ),
      by(
        'test/journeys/audit.test.ts',
        'break-glass goes on, loudly, keeps signed records on the machine, and the next run brings them in',
      ),
    ],
  },
  {
    section: HIDING,
    claim: '**Can** destroy what waits',
    tests: [
      by(
        'test/journeys/audit-rollback.test.ts',
        'what waits in the spool can be destroyed on its machine, and nothing tells of it',
      ),
      by(
        'src/vault/independent-reader.test.ts',
        'the reader key opens contents and no secret; the writer key opens no content',
      ),
    ],
  },
  {
    section: HIDING,
    claim: '**Can** lie about',
    tests: [
      by(
        'test/journeys/audit.test.ts',
        'who acts in a CI system is what its environment says, and the key is what signed',
      ),
    ],
  },
  {
    section: HIDING,
    claim: '**Can**, with a stolen key',
    tests: [tampered('batches of a signer that was revoked before, and of nobody in the keyring, are named')],
  },
];
