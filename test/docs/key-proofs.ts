import { by, type Proof } from './named-test.ts';

// Those that show several claims.
const canary = by(
  'test/keys/canary.test.ts',
  'no verb, however verbose, shows, logs or leaves a secret; the vault gives none to writer or reader',
);
const refusingKeyVault = by(
  'test/keys/key-vault.test.ts',
  'a Key Vault that refuses says why and what to do, and a vault in the place of another is not opened',
);
const removedKey = by(
  'test/journeys/keys.test.ts',
  'a key that is added opens the past; one that is removed opens the past and nothing that comes',
);
const verifierAndPruner = by(
  'src/vault/vault-rules.test.ts',
  'verifier and pruner list and check, open no content, and have no key to compare or to guess values with',
);

/** What shows the claims about who has keys, and where. */
export const keyProofs: readonly Proof[] = [
  {
    section: 'A stolen verifier or pruner key',
    claim: '**Can** read names',
    tests: [
      verifierAndPruner,
      by(
        'src/vault/vault-rules.test.ts',
        'a proof is signed by the verifier where its key is at hand, else by the restorer',
      ),
      by('src/vault/hold-store.test.ts', 'the pruner holds where there is no verifier, and lifts nothing'),
      by('src/vault/vault-rules.test.ts', 'who may sign what: a verifier no prune, a pruner no proof and no point'),
    ],
  },
  {
    section: 'A stolen verifier or pruner key',
    claim: '**Cannot** open configuration',
    tests: [
      verifierAndPruner,
      by('src/vault/vault-rules.test.ts', 'who may sign what: a verifier no prune, a pruner no proof and no point'),
      canary,
    ],
  },
  {
    section: 'Somebody whose key was removed',
    claim: '**Can** open what was written before',
    tests: [removedKey],
  },
  {
    section: 'Somebody whose key was removed',
    claim: '**Cannot** open anything',
    tests: [
      removedKey,
      by(
        'test/journeys/keys.test.ts',
        'a writer is replaced by another: what the old one signs counts no more, the new one goes on',
      ),
    ],
  },
  {
    section: 'Azure Key Vault',
    claim: '**Cannot** get the private half',
    tests: [
      by(
        'src/vault/key-wrap.test.ts',
        'what was wrapped comes back through a Key Vault; for another role, recipient or use it does not',
      ),
      refusingKeyVault,
    ],
  },
  {
    section: 'Azure Key Vault',
    claim: '**Cannot** lead a job',
    tests: [refusingKeyVault],
  },
  {
    section: 'Azure Key Vault',
    claim: '**Can** lock out',
    tests: [refusingKeyVault],
  },
  {
    section: 'Lost keys',
    claim: '**Any other**',
    tests: [
      by('test/journeys/keys.test.ts', 'with root.key alone everything opens, and a new restorer and writer are made'),
    ],
  },
];
