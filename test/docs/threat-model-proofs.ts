import { keyProofs } from './key-proofs.ts';
import { by, type Proof } from './named-test.ts';
import { trailProofs } from './trail-proofs.ts';

// Shows several claims.
const canary = by(
  'test/keys/canary.test.ts',
  'no verb, however verbose, shows, logs or leaves a secret; the vault gives none to writer or reader',
);

export const proofs: readonly Proof[] = [
  {
    section: 'A stolen writer key',
    claim: '**Can** read the names',
    tests: [
      by(
        'test/keys/roles.test.ts',
        'drift with writer.key alone says which resources differ and nothing of what is in them',
      ),
      by(
        'test/journeys/credential-scan.test.ts',
        'credentials in clear are counted in the ledger and told by place, never with their value',
      ),
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Can** test a guess',
    tests: [
      by('src/vault/hasher.test.ts', 'domains and keys are kept apart, and equal values have equal tags'),
      by(
        'src/vault/vault-rules.test.ts',
        'with the writer key alone captures, lists, entries and comparisons work, and nothing written can be opened',
      ),
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Can** add *new* points',
    tests: [
      by('test/keys/roles.test.ts', 'with writer.key alone a backup works, and nothing that it wrote can be opened'),
      by(
        'src/vault/keyring.test.ts',
        'a writer revoked from a date: its later points are refused by name, earlier ones and new writers count',
      ),
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Cannot** open configuration',
    tests: [
      by('test/keys/roles.test.ts', 'with writer.key alone a backup works, and nothing that it wrote can be opened'),
      by(
        'test/keys/roles.test.ts',
        'no private key that writer.key leads to opens a pack of another class, nor the wrap of another key',
      ),
      canary,
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Cannot** change or replace',
    tests: [
      by(
        'src/vault/blob/blob-store.contract.ts',
        'never replaces: the second put of a name says exists and changes nothing',
      ),
      by('src/vault/pack.test.ts', 'any flipped bit is an error that names the pack'),
      by(
        'test/vault-damage/vault-damage.test.ts',
        'of a vault with two epochs, whatever blob is harmed in whatever way: named with its points, and nothing false is shown',
      ),
      by(
        'test/prune/false-points.test.ts',
        'a manifest that takes the id of an older point is damage: the point opens, is proven good and goes on counting',
      ),
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Cannot** make a prune delete',
    tests: [
      by(
        'test/prune/history.test.ts',
        'with the key that writes points nobody has swept what is needed by anything that stays',
      ),
      by(
        'test/prune/false-points.test.ts',
        'a given up manifest that the store protects is left, and no delete is tried',
      ),
    ],
  },
  {
    section: 'A stolen writer key',
    claim: '**Cannot** register keys',
    tests: [
      by(
        'src/vault/keyring.test.ts',
        'a keyring that another key signed, that skips a number or does not follow is refused',
      ),
      by(
        'test/keys/points.test.ts',
        'points of a revoked writer are accepted from before the date and refused from it on',
      ),
      by(
        'src/vault/vault-rules.test.ts',
        'with the writer key alone captures, lists, entries and comparisons work, and nothing written can be opened',
      ),
    ],
  },
  {
    section: 'A stolen reader key',
    claim: '**Can** read names and configuration',
    tests: [
      by('test/keys/roles.test.ts', 'with reader.key contents and differences show, and no secret can be opened'),
      by(
        'test/journeys/export.test.ts',
        'a tree has every resource of the point, is the same twice, and holds no secret',
      ),
    ],
  },
  {
    section: 'A stolen reader key',
    claim: '**Cannot** open secrets',
    tests: [
      canary,
      by(
        'src/vault/vault-rules.test.ts',
        'with the reader key contents open and no secret, and no point can be written',
      ),
      by('test/journeys/restore.test.ts', 'without the restorer key nothing is sent'),
    ],
  },
  {
    section: 'A stolen reader key',
    claim: '**Credentials in configuration**',
    tests: [
      by(
        'test/journeys/credential-scan.test.ts',
        'credentials in clear are counted in the ledger and told by place, never with their value',
      ),
      by(
        'test/journeys/find.test.ts',
        'sealed secrets match nothing unless they are revealed; other credentials are masked',
      ),
      canary,
    ],
  },
  {
    section: 'A stolen restorer key',
    claim: '**Can** open everything',
    tests: [
      by('test/keys/roles.test.ts', 'with restorer.key alone a wrecked organization is restored'),
      by(
        'src/vault/keyring.test.ts',
        'a removed recipient opens nothing that is written from then on; the others open both',
      ),
      by(
        'test/journeys/keys.test.ts',
        'a key that is added opens the past; one that is removed opens the past and nothing that comes',
      ),
    ],
  },
  {
    section: 'A stolen restorer key',
    claim: '**Can** sign safety points',
    tests: [
      by(
        'src/vault/vault-rules.test.ts',
        'the restorer key alone writes a safety point, which is neither parent nor base',
      ),
      by('test/journeys/bad-input.test.ts', 'no credentials at all is 12'),
    ],
  },
  {
    section: 'A stolen restorer key',
    claim: '**Can** write every secret',
    tests: [
      by(
        'test/journeys/export.test.ts',
        'a tree has every resource of the point, is the same twice, and holds no secret',
      ),
      by(
        'src/platform/staged-folder.test.ts',
        'the folder gets its name when it is whole, and only its owner reads it',
      ),
    ],
  },
  {
    section: 'A stolen restorer key',
    claim: '**Cannot** change older points',
    tests: [
      by(
        'src/vault/blob/blob-store.contract.ts',
        'never replaces: the second put of a name says exists and changes nothing',
      ),
      by(
        'src/vault/keyring.test.ts',
        'a keyring that another key signed, that skips a number or does not follow is refused',
      ),
    ],
  },
  {
    section: 'A stolen root key',
    claim: '**Can** open everything',
    tests: [
      by(
        'src/vault/independent-reader.test.ts',
        'bodies come back byte for byte, bundles file by file, with the recovery kit alone',
      ),
      by('src/vault/keyring.test.ts', 'a signer that is registered later may sign points'),
    ],
  },
  {
    section: 'Whoever runs the store',
    claim: '**Can** see names of organizations',
    tests: [
      by(
        'src/vault/seen-by-the-store.test.ts',
        'who runs the store sees the organization, times, grade and signer of a point, and numbers and sizes of objects',
      ),
    ],
  },
  {
    section: 'Whoever runs the store',
    claim: '**Can** delete or withhold',
    tests: [
      by(
        'test/vault-damage/vault-damage.test.ts',
        'of a vault with two epochs, whatever blob is harmed in whatever way: named with its points, and nothing false is shown',
      ),
      by(
        'test/journeys/bad-input.test.ts',
        'a damaged blob is 13 and names the points it hurts; the others still open',
      ),
      by('test/keys/damage.test.ts', 'a damaged point is not restored; the one before it is'),
      by(
        'test/journeys/audit-rollback.test.ts',
        'an older copy of the whole vault looks like an older vault, and is found by the head that was kept outside',
      ),
      by(
        'test/journeys/audit-rollback.test.ts',
        'a newest manifest that is withheld is still named by the trail, and by what was kept outside',
      ),
    ],
  },
  {
    section: 'Whoever runs the store',
    claim: '**Cannot** read names',
    tests: [
      by(
        'test/keys/no-key.test.ts',
        'without any key a vault shows neither names of resources, nor configuration, nor secrets',
      ),
      canary,
    ],
  },
  {
    section: 'Whoever runs the store',
    claim: '**Cannot** change, exchange',
    tests: [
      by(
        'test/vault-damage/vault-damage.test.ts',
        'of a vault with two epochs, whatever blob is harmed in whatever way: named with its points, and nothing false is shown',
      ),
      by(
        'test/keys/damage.test.ts',
        'two packs in each other’s place are found, and so is a manifest under another name',
      ),
      by(
        'src/vault/pack.test.ts',
        'a pack opens neither under another place, class or generation, nor with another key',
      ),
      by('src/vault/pack.test.ts', 'segments cannot change places'),
    ],
  },
  {
    section: 'A hostile administrator of the Apigee organization',
    claim: '**Can** see every secret',
    tests: [
      by(
        'src/cli/render/comparison-markdown.test.ts',
        'a changed policy is shown as that policy, with the places that changed; texts by their lines',
      ),
    ],
  },
  {
    section: 'A hostile administrator of the Apigee organization',
    claim: '**Can** hide resources',
    tests: [
      by(
        'test/journeys/bad-input.test.ts',
        'a refusal of one kind makes the point partial: 3, with the hole in the ledger',
      ),
      by('test/app/restore.test.ts', 'a hole in the point is never a deletion, and the restore is partial'),
    ],
  },
  {
    section: 'A hostile administrator of the Apigee organization',
    claim: '**Cannot** reach the vault',
    tests: [
      by('src/apigee/bundle-zip.test.ts', 'paths that leave the bundle, links and repeated names are refused'),
      by(
        'test/app/export.test.ts',
        'whatever resources and files of bundles are called, each is one file inside the folder, and its name comes back',
      ),
      by('src/platform/staged-folder.test.ts', 'a path that leads out, or is there twice, is refused'),
    ],
  },
  {
    section: 'A hostile administrator of the Apigee organization',
    claim: '**A plan is what is sent.**',
    tests: [
      by('test/restore/wreck.test.ts', 'a wrecked organization comes back by exactly the calls of the plan'),
      by(
        'test/journeys/restore.test.ts',
        'a plan that was edited, is no plan, or is for another organization is refused',
      ),
      by('src/apigee/bundle-digest.test.ts', 'everything a person can change changes it, formatting included'),
    ],
  },
  {
    section: 'A hostile bundle, answer or vault object',
    claim: '**Archives**',
    tests: [
      by(
        'test/journeys/bad-input.test.ts',
        'a bundle that is too large, a bomb, or reaches out of its folder is a hole with a name',
      ),
      by('test/fuzz/parsers.test.ts', 'zips: bombs, escaping names, names twice and entries that overlap are refused'),
    ],
  },
  {
    section: 'A hostile bundle, answer or vault object',
    claim: '**XML**',
    tests: [
      by('src/platform/xml.test.ts', 'what is not well-formed, or has a document type or instructions, is not parsed'),
      by('src/platform/xml.test.ts', 'values stay the strings they are'),
      by('test/fuzz/parsers.test.ts', 'XML: damaged anywhere it is read, or is no XML'),
    ],
  },
  {
    section: 'A hostile bundle, answer or vault object',
    claim: '**JSON**',
    tests: [
      by('src/apigee/json-slices.test.ts', 'the text is kept as it was sent'),
      by('test/fuzz/parsers.test.ts', 'JSON: elements are cut out of any text that is JSON, and are the elements'),
    ],
  },
  {
    section: 'A hostile bundle, answer or vault object',
    claim: '**Names**',
    tests: [
      by('src/cli/render/printable.test.ts', 'what would act on a terminal is shown, not done'),
      by(
        'test/journeys/output-formats.test.ts',
        'every format of every verb is what it says, and hostile names act on nothing',
      ),
    ],
  },
  {
    section: 'A hostile bundle, answer or vault object',
    claim: '**Objects of the vault**',
    tests: [
      by(
        'test/fuzz/parsers.test.ts',
        'what a vault is opened with: keys, vault.json, documents, packs, tables and leases, damaged anywhere',
      ),
      by('src/vault/pack.test.ts', 'any flipped bit is an error that names the pack'),
      by(
        'test/fuzz/behind-signatures.test.ts',
        'whatever is signed or sealed in the place of what was written is read or refused',
      ),
      by(
        'test/fuzz/forged-plan.test.ts',
        'whatever a plan says under a hash computed anew is what a plan says, or is refused by name: ',
      ),
    ],
  },
  {
    section: 'Somebody on the network',
    claim: '**Cannot** read or alter',
    tests: [
      by('src/platform/http.test.ts', 'plain http is for this machine only'),
      by('src/vault/blob/azure-blob-store.test.ts', 'plain http is refused but to this machine'),
      by(
        'test/journeys/bad-input.test.ts',
        'an endpoint that answers HTML is no Apigee, and plain http to a public host is refused',
      ),
    ],
  },
  {
    section: 'Somebody on the network',
    claim: '**Cannot** pass for',
    tests: [
      by('src/apigee/transport.test.ts', 'a page of HTML, a redirect, or another API is no Apigee'),
      by(
        'test/journeys/bad-input.test.ts',
        'an endpoint that answers HTML is no Apigee, and plain http to a public host is refused',
      ),
    ],
  },
  {
    section: 'A wrong clock',
    claim: '**Cannot** make a point the newest',
    tests: [
      by('test/keys/points.test.ts', 'a clock that runs ahead makes no point the latest'),
      by('src/vault/vault-rules.test.ts', 'a store that attests time dates the points'),
      by(
        'test/journeys/doctor.test.ts',
        'a clock that is wrong is a finding against the service and against the store',
      ),
    ],
  },
  {
    section: 'A wrong clock',
    claim: '**Cannot** let two restores',
    tests: [
      by(
        'src/vault/state/lease-store.test.ts',
        'folder: a renewal seen while waiting is a living run, whatever the wall clocks say',
      ),
      by(
        'test/restore/stale.test.ts',
        'a plan whose ground moved is refused by name and nothing is sent, whatever moved',
      ),
      by(
        'test/restore/two-applies.test.ts',
        'of two applies at once the second is refused with 11, told who runs since when, and sends nothing',
      ),
    ],
  },
  {
    section: 'A wrong clock',
    claim: '**Can** move an expiry',
    tests: [
      by(
        'test/restore/wrong-clock.test.ts',
        'a clock that is an hour wrong moves the expiry of a key, and the restore ends with 13',
      ),
    ],
  },
  {
    section: 'A wrong clock',
    claim: '**Can** end an ignore rule',
    tests: [
      by(
        'test/journeys/ignore-rules.test.ts',
        'what a rule covers is counted apart, in every comparison, plan and restore; an ended rule is named',
      ),
    ],
  },
  {
    section: 'Whoever writes the configuration file',
    claim: '**Can** run programs',
    tests: [
      by('test/journeys/hooks.test.ts', 'hooks run around a backup and learn its result, but no key and no token'),
    ],
  },
  {
    section: 'Whoever writes the configuration file',
    claim: '**Cannot** have keys',
    tests: [
      by('test/journeys/hooks.test.ts', 'hooks run around a backup and learn its result, but no key and no token'),
      by(
        'test/journeys/hooks.test.ts',
        'megabytes of output are read, shown in part, and hold nothing up; secrets in it are hidden',
      ),
      by(
        'test/keys/identity-canary.test.ts',
        'no token on the way from Azure to Apigee is shown, logged or left, whatever fails',
      ),
      canary,
    ],
  },
  {
    section: 'Whoever writes the configuration file',
    claim: '**Cannot** stop a backup',
    tests: [
      by('test/journeys/hooks.test.ts', 'a hook that hangs and ignores being ended is killed with all its children'),
      by(
        'test/journeys/hooks.test.ts',
        'a hook after that fails loses nothing: the document is printed, the point stays',
      ),
    ],
  },
  {
    section: 'Whoever writes the configuration file',
    claim: '**Cannot** hide a difference',
    tests: [
      by(
        'test/journeys/ignore-rules.test.ts',
        'what a rule covers is counted apart, in every comparison, plan and restore; an ended rule is named',
      ),
      by(
        'test/journeys/ignore-rules.test.ts',
        'a rule that could never apply, or says no reason or end, is refused with its line',
      ),
    ],
  },
  {
    section: 'Whoever writes the configuration file',
    claim: '**Cannot** learn a secret',
    tests: [
      by('test/journeys/hooks.test.ts', 'the monitor hears of the start and of success, failure and a partial point'),
      by('test/journeys/hooks.test.ts', 'a monitor that refuses, is not there or is no address never fails the backup'),
    ],
  },
  {
    section: 'The machine that runs Holdfast',
    claim: '**Key files**',
    tests: [
      by('test/journeys/first-point.test.ts', 'init makes four private keys and shows none of them'),
      by('test/journeys/doctor.test.ts', 'keys: missing, of another vault, open to others, the kit at hand'),
    ],
  },
  {
    section: 'The machine that runs Holdfast',
    claim: '**Temporary files**',
    tests: [
      by(
        'src/platform/external-sort.test.ts',
        'what lies on the disk is unreadable, for the owner only, and gone after close',
      ),
      canary,
    ],
  },
  {
    section: 'The machine that runs Holdfast',
    claim: '**Secrets**',
    tests: [
      canary,
      by('src/platform/log.test.ts', 'no secret gets through, in a message, a field, an error or its cause'),
      by('src/apigee/transport.test.ts', 'consumer keys in paths are in no message'),
      by('test/journeys/restore.test.ts', 'a plan holds no secret, and neither does anything that is said'),
    ],
  },
  {
    section: 'The machine that runs Holdfast',
    claim: '**Looking changes nothing:**',
    tests: [
      by(
        'test/journeys/doctor.test.ts',
        'a healthy set-up is 0, every kind was looked at, and nothing was written anywhere',
      ),
    ],
  },
  {
    section: 'Lost keys',
    claim: '**Nobody**',
    tests: [
      by(
        'test/keys/roles.test.ts',
        'no private key that writer.key leads to opens a pack of another class, nor the wrap of another key',
      ),
      by('test/keys/roles.test.ts', 'with reader.key contents and differences show, and no secret can be opened'),
    ],
  },
  ...keyProofs,
  ...trailProofs,
];
