#!/usr/bin/env node
/**
 * Reads a Holdfast vault in a folder. Written from docs/vault-format.md alone, over Node's own modules alone, so that a vault
 * outlives the tool that wrote it.
 *
 *   node reader.mjs FOLDER --keys DIR [--org NAME] [--point POINT] [--json] [--audit]
 *
 * Without --point it lists the points of the organization (or of all); with it, every resource of the point with its body as
 * the server sent it: secrets joined in where restorer.key (or root.key) is in DIR, else left out and counted.
 * What a signer wrote after it was revoked is passed over and named on stderr; so are epochs and points that are damaged.
 * With --audit it checks the audit trail instead and prints each record as a line.
 * Exit 0: everything asked for was read and every signature and hash held. Exit 13: something did not hold. 64: usage.
 */
import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  verify,
} from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

class Damage extends Error {}

/** A document of a signer that was revoked before it: it is passed over, and named. */
class Revoked extends Damage {}

const utf8 = (bytes) => Buffer.from(bytes).toString('utf8');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const tagOf = (bytes) => sha256(bytes).slice(0, 32);
const need = (condition, name, reason) => {
  if (!condition) throw new Damage(`${name}: ${reason}`);
};

const jsonOf = (bytes, name) => {
  try {
    return JSON.parse(utf8(bytes));
  } catch {
    throw new Damage(`${name}: its header is no JSON`);
  }
};

// ---- X25519, Ed25519 (RFC 8410 wrappings)

const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

const xPrivate = (raw) => createPrivateKey({ key: Buffer.concat([PKCS8_X25519, raw]), format: 'der', type: 'pkcs8' });
const xPublic = (raw) => createPublicKey({ key: Buffer.concat([SPKI_X25519, raw]), format: 'der', type: 'spki' });
const xPublicOf = (raw) => createPublicKey(xPrivate(raw)).export({ format: 'der', type: 'spki' }).subarray(-32);
const dh = (privateRaw, publicRaw) => diffieHellman({ privateKey: xPrivate(privateRaw), publicKey: xPublic(publicRaw) });
const signedBy = (publicRaw, bytes, signature) =>
  verify(null, bytes, createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicRaw]), format: 'der', type: 'spki' }), signature);

// ---- HPKE (RFC 9180), base mode, receiver, export only: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM

const hmac = (key, ...parts) => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};
const expand = (key, info, length) => {
  let out = Buffer.alloc(0);
  let block = Buffer.alloc(0);
  for (let counter = 1; out.length < length; counter += 1) {
    block = hmac(key, block, info, Buffer.of(counter));
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
};
const u16 = (value) => Buffer.of(value >> 8, value & 255);
const labeledExtract = (suite, salt, label, ikm) => hmac(salt, Buffer.from('HPKE-v1'), suite, Buffer.from(label), ikm);
const labeledExpand = (suite, prk, label, info, length) =>
  expand(prk, Buffer.concat([u16(length), Buffer.from('HPKE-v1'), suite, Buffer.from(label), info]), length);
const KEM_SUITE = Buffer.concat([Buffer.from('KEM'), u16(0x20)]);
const HPKE_SUITE = Buffer.concat([Buffer.from('HPKE'), u16(0x20), u16(1), u16(2)]);
const EMPTY = Buffer.alloc(0);

function exportKey(privateRaw, enc, info) {
  const eaePrk = labeledExtract(KEM_SUITE, EMPTY, 'eae_prk', dh(privateRaw, enc));
  const shared = labeledExpand(KEM_SUITE, eaePrk, 'shared_secret', Buffer.concat([enc, xPublicOf(privateRaw)]), 32);
  const pskIdHash = labeledExtract(HPKE_SUITE, EMPTY, 'psk_id_hash', EMPTY);
  const infoHash = labeledExtract(HPKE_SUITE, EMPTY, 'info_hash', info);
  const context = Buffer.concat([Buffer.of(0), pskIdHash, infoHash]);
  const secret = labeledExtract(HPKE_SUITE, shared, 'secret', EMPTY);
  const exporter = labeledExpand(HPKE_SUITE, secret, 'exp', context, 32);
  return labeledExpand(HPKE_SUITE, exporter, 'sec', Buffer.from('holdfast/1 key'), 32);
}

// ---- age v1, X25519 recipient

function bech32Decode(text) {
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  const lower = text.toLowerCase();
  const words = [...lower.slice(lower.lastIndexOf('1') + 1, -6)].map((character) => alphabet.indexOf(character));
  let bits = 0;
  let value = 0;
  const bytes = [];
  for (const word of words) {
    value = (value << 5) | word;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}

function bech32Encode(prefix, bytes) {
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  const words = [];
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      words.push((value >> bits) & 31);
      value &= (1 << bits) - 1;
    }
  }
  if (bits > 0) words.push((value << (5 - bits)) & 31);
  const polymod = (values) => {
    let check = 1;
    for (const word of values) {
      const top = check >>> 25;
      check = ((check & 0x1ffffff) << 5) ^ word;
      for (const [bit, factor] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries()) {
        if ((top >> bit) & 1) check ^= factor;
      }
    }
    return check ^ 1;
  };
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const check = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]);
  const tail = [0, 1, 2, 3, 4, 5].map((index) => (check >> (5 * (5 - index))) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => alphabet[word]).join('')}`;
}

const chacha = (key, nonce, sealed) => {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
};
const hkdf = (ikm, salt, info, length) => Buffer.from(hkdfSync('sha256', ikm, salt, Buffer.from(info), length));

function ageDecrypt(file, identity) {
  const privateRaw = bech32Decode(identity);
  const ownPublic = xPublicOf(privateRaw);
  const headerEnd = file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1;
  const lines = utf8(file.subarray(0, headerEnd)).split('\n');
  need(lines[0] === 'age-encryption.org/v1', 'a wrap', 'it is not an age file');
  let fileKey;
  for (const [index, line] of lines.entries()) {
    const [arrow, type, share] = line.split(' ');
    if (arrow !== '->' || type !== 'X25519') continue;
    const ephemeral = Buffer.from(share, 'base64');
    const wrapKey = hkdf(dh(privateRaw, ephemeral), Buffer.concat([ephemeral, ownPublic]), 'age-encryption.org/v1/X25519', 32);
    fileKey = chacha(wrapKey, Buffer.alloc(12), Buffer.from(lines[index + 1], 'base64'));
  }
  need(fileKey !== undefined, 'a wrap', 'it is for another recipient');
  const macKey = hkdf(fileKey, EMPTY, 'header', 32);
  const macLine = lines.find((line) => line.startsWith('--- '));
  const macInput = file.subarray(0, file.indexOf('\n--- ') + 4);
  need(hmac(macKey, macInput).equals(Buffer.from(macLine.slice(4), 'base64')), 'a wrap', 'its header was changed');
  const payload = file.subarray(headerEnd);
  const streamKey = hkdf(fileKey, payload.subarray(0, 16), 'payload', 32);
  const chunks = [];
  const CHUNK = 64 * 1024 + 16;
  for (let at = 16, counter = 0; at < payload.length; at += CHUNK, counter += 1) {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(counter, 7);
    nonce[11] = at + CHUNK >= payload.length ? 1 : 0;
    chunks.push(chacha(streamKey, nonce, payload.subarray(at, at + CHUNK)));
  }
  return Buffer.concat(chunks);
}

// ---- the vault

const gcm = (key, counter, aad, sealed, name) => {
  try {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(counter, 8);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  } catch {
    throw new Damage(`${name}: it cannot be opened`);
  }
};
const decode = (bytes, name) => {
  need(bytes[0] === 0 || bytes[0] === 1, name, 'its codec is not known');
  return bytes[0] === 0 ? bytes.subarray(1) : zstdDecompressSync(bytes.subarray(1));
};

const signers = {
  keyring: [],
  epoch: ['writer', 'restorer'],
  point: ['writer', 'restorer'],
  proof: ['writer', 'restorer', 'verifier'],
  hold: ['verifier', 'pruner'],
  prune: ['pruner'],
  plan: ['restorer'],
  intent: ['restorer'],
  outcomes: ['restorer'],
  report: ['restorer'],
  audit: ['writer', 'restorer', 'verifier', 'pruner', 'root'],
};

function readKeyFiles(folder, vaultId) {
  return ['writer', 'reader', 'restorer', 'verifier', 'pruner', 'root'].flatMap((role) => {
    const path = join(folder, `${role}.key`);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    const fields = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
    const sum = tagOf(lines.filter((line) => !line.startsWith('checksum:')).map((line) => `${line}\n`).join(''));
    need(fields.checksum === sum, path, 'its checksum does not match');
    need(fields.vault === vaultId, path, 'it is the key of another vault');
    return [fields];
  });
}

class Vault {
  constructor(folder, keysFolder) {
    this.folder = folder;
    const bytes = this.get('vault.json');
    const file = JSON.parse(utf8(bytes));
    need(file.format === 'holdfast-vault', 'vault.json', 'it is no vault');
    need(file.version === 1, 'vault.json', `format ${file.version} is not known here; holdfast ${file.readableFrom} reads it`);
    this.id = sha256(bytes);
    this.rootPublic = Buffer.from(file.root, 'base64');
    this.keyring = this.readKeyrings(this.rootPublic);
    this.privateKeys = {};
    for (const key of readKeyFiles(keysFolder, this.id)) this.openWrap(key);
    this.packs = new Map();
    this.passedOver = [];
  }

  get(name) {
    const path = join(this.folder, name);
    need(existsSync(path), name, 'it is missing');
    return readFileSync(path);
  }

  list(folder) {
    const path = join(this.folder, folder);
    return existsSync(path) ? readdirSync(path).sort() : [];
  }

  readKeyrings(rootPublic) {
    const numbers = this.list('keyring').map(Number).sort((a, b) => a - b);
    let previous;
    for (const [index, number] of numbers.entries()) {
      need(number === index + 1, `keyring/${index + 1}`, 'it is missing');
      const document = this.parseDocument(`keyring/${number}`, 'keyring');
      need(signedBy(rootPublic, document.signedBytes, document.signature), document.name, 'the root key did not sign it');
      need((document.header.previous?.hash ?? undefined) === previous?.hash, document.name, 'it does not follow the one before');
      previous = document;
    }
    need(previous !== undefined, 'keyring/1', 'it is missing');
    return previous.header;
  }

  openWrap(key) {
    const recipient = bech32Encode('age', xPublicOf(bech32Decode(key.identity)));
    const found = this.keyring.recipients.find((candidate) => candidate.recipient === recipient);
    need(found !== undefined, `${key.role}.key`, 'the keyring has nothing for it');
    const opened = JSON.parse(utf8(ageDecrypt(Buffer.from(found.wrap, 'base64'), key.identity)));
    need(opened.vault === this.id && opened.role === key.role, `${key.role}.key`, 'its wrap is for another vault or role');
    if (opened.equality !== undefined) this.equality = Buffer.from(opened.equality, 'base64');
    for (const [generation, classes] of Object.entries(opened.classes)) {
      for (const [name, raw] of Object.entries(classes)) this.privateKeys[`${generation}/${name}`] = Buffer.from(raw, 'base64');
    }
  }

  parseDocument(name, type) {
    const blob = this.get(name);
    need(blob.length > 76 && utf8(blob.subarray(0, 4)) === 'HFS1', name, 'it is not a signed document');
    const headerEnd = 8 + blob.readUInt32BE(4);
    need(headerEnd + 68 <= blob.length, name, 'it is cut off');
    const bodyEnd = headerEnd + 4 + blob.readUInt32BE(headerEnd);
    need(bodyEnd + 64 === blob.length, name, 'its length is not what it says');
    const headerBytes = blob.subarray(8, headerEnd);
    const header = jsonOf(headerBytes, name);
    need(header.type === type && header.vault === this.id && header.name === name, name, 'it is another document');
    const signedBytes = Buffer.concat([Buffer.from('holdfast/1 signed\n'), blob.subarray(0, bodyEnd)]);
    return { name, header, headerBytes, body: blob.subarray(headerEnd + 4, bodyEnd), signedBytes, signature: blob.subarray(bodyEnd), hash: sha256(blob) };
  }

  readDocument(name, type) {
    const document = this.parseDocument(name, type);
    const { header } = document;
    need(header.keyring <= this.keyring.number, name, 'it was written under a keyring that is missing');
    const root = { fingerprint: tagOf(this.rootPublic), role: 'root', public: this.rootPublic.toString('base64') };
    const signer = [...this.keyring.signers, root].find(({ fingerprint }) => fingerprint === header.signer);
    need(signer !== undefined && signers[type].includes(signer.role), name, 'its signer may not sign it');
    need(signedBy(Buffer.from(signer.public, 'base64'), document.signedBytes, document.signature), name, 'its signature does not hold');
    const time = header.endedAt ?? header.opened ?? header.startedAt ?? header.at ?? '';
    if (signer.revoked !== undefined && time >= signer.revoked)
      throw new Revoked(`${name}: its signer is revoked since ${signer.revoked}`);
    return document;
  }

  openBody(document) {
    const { name, header, body } = document;
    const key = this.key(body.subarray(0, 32), { purpose: 'document', class: header.seal.class, generation: header.seal.generation, place: name });
    return JSON.parse(utf8(decode(gcm(key, 0, document.headerBytes, body.subarray(32), name), name)));
  }

  key(enc, { purpose, class: name, generation, place }) {
    const privateRaw = this.privateKeys[`${generation}/${name}`];
    need(privateRaw !== undefined, place, `no key at hand opens the class ${name}`);
    return exportKey(privateRaw, enc, Buffer.from(`holdfast/1 ${purpose}\n${this.id}\n${name}\n${generation}\n${place}`));
  }

  pack(name) {
    const known = this.packs.get(name);
    if (known !== undefined) return known;
    const bytes = this.get(name);
    need(sha256(bytes) === name.slice(name.lastIndexOf('/') + 1), name, 'its bytes are not those of its name');
    need(utf8(bytes.subarray(0, 4)) === 'HFP1' && utf8(bytes.subarray(-4)) === 'HFPE', name, 'it is not a pack');
    const header = bytes.subarray(0, 56);
    const key = this.key(header.subarray(24), {
      purpose: 'pack',
      class: [undefined, 'meta', 'config', 'secret'][header[4]],
      generation: header.readUInt16BE(6),
      place: name.slice(0, name.lastIndexOf('/')),
    });
    const end = bytes.length - 8;
    const directory = bytes.subarray(end - bytes.readUInt32BE(end), end);
    const open = (ordinal, sealed) => {
      const aad = Buffer.alloc(60);
      header.copy(aad);
      aad.writeUInt32BE(ordinal, 56);
      return decode(gcm(key, ordinal, aad, sealed, name), name);
    };
    const { segments } = JSON.parse(utf8(open(0xffffffff, directory)));
    const pack = { name, segments, items: new Map() };
    pack.open = (ordinal) => {
      const cached = pack.items.get(ordinal);
      if (cached !== undefined) return cached;
      const [offset, length, hash] = segments[ordinal];
      const sealed = bytes.subarray(offset, offset + length);
      need(tagOf(sealed) === hash, name, `segment ${ordinal} is damaged`);
      const raw = open(ordinal, sealed);
      const count = raw.readUInt32BE(0);
      const items = [];
      for (let index = 0, at = 4 + 4 * count; index < count; index += 1) {
        const itemEnd = at + raw.readUInt32BE(4 + 4 * index);
        items.push(raw.subarray(at, itemEnd));
        at = itemEnd;
      }
      pack.items.set(ordinal, items);
      return items;
    };
    this.packs.set(name, pack);
    return pack;
  }

  organizations() {
    return this.list('orgs').map(decodeURIComponent);
  }

  /** Manifests that were swept, with their ids where they were not given up: gone, or about to go, and no points any more. */
  swept(organization) {
    const prunes = `orgs/${encodeURIComponent(organization)}/prunes`;
    const all = new Map();
    for (const prune of this.list(prunes)) {
      const own = new Map();
      for (const file of this.list(`${prunes}/${prune}`).filter((name) => name.endsWith('-step'))) {
        const document = this.unlessRevoked(`${prunes}/${prune}/${file}`, 'prune');
        if (document === undefined) continue;
        const body = this.openBody(document);
        if (document.header.step === 'sweep') for (const { name, point, hash } of body.points) own.set(name, hash && point);
        if (document.header.step === 'withdrawn') for (const name of body.names) own.delete(name);
      }
      for (const [name, point] of own) all.set(name, point);
    }
    return all;
  }

  points(organization) {
    const epochs = `orgs/${encodeURIComponent(organization)}/epochs`;
    const swept = this.swept(organization);
    const ids = new Set(swept.values());
    const points = this.list(epochs).flatMap((epoch) => {
      const prefix = `${epochs}/${epoch}/`;
      this.unlessBad(`${prefix}epoch`, (name) => this.readDocument(name, 'epoch'));
      return this.list(`${prefix}points`).filter((file) => !swept.has(`${prefix}points/${file}`)).flatMap((file) => {
        const point = this.unlessBad(`${prefix}points/${file}`, (name) => {
          const document = this.readDocument(name, 'point');
          const { header } = document;
          const own = header.organization === organization && header.epoch === epoch && name.endsWith(`-${header.point}`);
          need(own, name, 'it says that it is another point, or of another epoch or organization');
          return { prefix, header, body: this.openBody(document) };
        });
        return point === undefined ? [] : [point];
      });
    });
    for (const { header: { point, name } } of points)
      need(points.filter(({ header }) => header.point === point).length === 1 && !ids.has(point), name, 'another manifest has the same id');
    return points;
  }

  /** The document; undefined when its signer was revoked before it. */
  unlessRevoked(name, type) {
    return this.unlessBad(name, () => this.readDocument(name, type), Revoked);
  }

  /** What is read under the name; undefined when it is bad: nothing of another epoch rests on it, and no other point does. */
  unlessBad(name, read, bad = Damage) {
    try {
      return read(name);
    } catch (error) {
      if (!(error instanceof bad)) throw error;
      this.passedOver.push({ name, error });
      return undefined;
    }
  }

  collections(point) {
    if (point.body.table === null) return {};
    return JSON.parse(utf8(this.pack(`${point.prefix}indexes/${point.body.table}`).open(0)[0])).collections;
  }

  /** Entries of a collection: id → { hashes, places with their segments }. */
  entries(point, row) {
    const found = new Map();
    const layers = [...(row.base === null ? [] : [[row.base, false]]), ...row.deltas.map((layer) => [layer, true])];
    for (const [layer, isDelta] of layers) {
      for (const [part] of layer.parts) {
        const pack = this.pack(`${point.prefix}indexes/${part}`);
        for (const ordinal of pack.segments.keys()) {
          const [head, lines] = pack.open(ordinal).map(utf8);
          const { packs, segments } = JSON.parse(head);
          for (const text of lines.split('\n').slice(0, -1)) {
            const line = JSON.parse(text);
            const [now, before] = isDelta ? line : [line, null];
            if (now === null) found.delete(before[0]);
            else found.set(now[0], { line: now, packs, segments });
          }
        }
      }
    }
    const byId = new Map([...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)));
    const hash = createHash('sha256');
    for (const [id, { line }] of byId) hash.update(`${id}\0${line[1]}\n`);
    need(row.configRoot === '' || hash.digest('hex') === row.configRoot, point.header.name, 'a collection does not have the root it should');
    return byId;
  }

  item(point, entry, place) {
    const [segment, number] = place;
    const [packNumber, ordinal, , , hash] = entry.segments[segment];
    const pack = this.pack(`${point.prefix}packs/${entry.packs[packNumber]}`);
    need(pack.segments[ordinal][2] === hash, pack.name, 'a segment is not the one that the index names');
    return pack.open(ordinal)[number];
  }

  resource(point, entry) {
    const [id, configHash, secretHash, places] = entry.line;
    const [config, secret, facts] = places;
    const item = this.item(point, entry, config);
    const lf = item.indexOf(10);
    const head = JSON.parse(utf8(item.subarray(0, lf)));
    const rest = item.subarray(lf + 1);
    const common = { id, configHash, secretHash: secretHash ?? null };
    if (facts) {
      let at = 0;
      const files = head.files.map(([path, length]) => ({ path, base64: rest.subarray(at, (at += length)).toString('base64') }));
      return { ...common, facts: JSON.parse(utf8(this.item(point, entry, facts))), files };
    }
    const isOpen = secret && Object.keys(this.privateKeys).some((name) => name.endsWith('/secret'));
    const cuts = isOpen ? JSON.parse(utf8(this.item(point, entry, secret))) : [];
    let body = '';
    let at = 0;
    for (const [index, [offset, , tag]] of head.entries()) {
      body += utf8(rest.subarray(at, offset)) + (isOpen ? cuts[index] : 'null');
      at = offset;
      if (isOpen) need(this.secretTag(cuts[index]) === tag, id, 'a secret is not the one that its tag stands for');
    }
    return { ...common, body: body + utf8(rest.subarray(at)), hidden: isOpen ? [] : head.map(([, path]) => path) };
  }

  secretTag(source) {
    const value = JSON.parse(source);
    return hmac(this.equality, 'secret\n', typeof value === 'string' ? value : source).toString('hex').slice(0, 32);
  }

  /** The records of the audit trail, after every number, predecessor and named head was checked. */
  auditTrail() {
    const hashes = new Map();
    const records = [];
    const named = this.organizations().flatMap((organization) =>
      this.points(organization).flatMap(({ header }) => header.auditHeads ?? []),
    );
    // What they name would not be looked for.
    for (const { error } of this.passedOver) if (!(error instanceof Revoked)) throw error;
    for (const stream of this.list('audit')) {
      let previous;
      let line = null;
      for (const [number, file] of this.list(`audit/${stream}`).entries()) {
        const name = `audit/${stream}/${String(number).padStart(6, '0')}`;
        need(name.endsWith(`/${file}`), name, 'it is missing');
        const document = this.readDocument(name, 'audit');
        const { header } = document;
        need((header.previous?.hash ?? undefined) === previous, name, 'it does not follow the one before');
        previous = document.hash;
        hashes.set(name, document.hash);
        named.push(...(header.heads ?? []), ...(header.continues ? [header.continues] : []));
        const { lines } = this.openBody(document);
        need(lines.length === header.count, name, 'it does not have as many records as it says');
        for (const text of lines) {
          const record = JSON.parse(text);
          need(record.previous === line, name, 'a record does not follow the one before');
          line = sha256(text);
          records.push({ batch: name, hash: line, record });
        }
      }
    }
    for (const { name, hash } of named) need(hashes.get(name) === hash, name, 'it is not there as something else names it');
    return records;
  }

  dump(point) {
    return Object.entries(this.collections(point)).flatMap(([kind, row]) =>
      [...this.entries(point, row).values()].map((entry) => ({ kind, ...this.resource(point, entry) })),
    );
  }
}

function main(args) {
  const options = { '--keys': undefined, '--org': undefined, '--point': undefined };
  const folders = [];
  let isJson = false;
  let isAudit = false;
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === '--json') isJson = true;
    else if (args[index] === '--audit') isAudit = true;
    else if (args[index] in options) options[args[index]] = args[(index += 1)];
    else folders.push(args[index]);
  }
  if (folders.length !== 1 || options['--keys'] === undefined) {
    process.stderr.write('usage: reader.mjs FOLDER --keys DIR [--org NAME] [--point POINT] [--json] [--audit]\n');
    return 64;
  }
  try {
    const vault = new Vault(folders[0], options['--keys']);
    if (isAudit) {
      process.stdout.write(vault.auditTrail().map((record) => `${JSON.stringify(record)}\n`).join(''));
      return 0;
    }
    const organizations = options['--org'] === undefined ? vault.organizations() : [options['--org']];
    const points = organizations.flatMap((organization) => vault.points(organization));
    for (const { error } of vault.passedOver) process.stderr.write(`passed over: ${error.message}\n`);
    const wanted = options['--point'];
    if (wanted === undefined) {
      const rows = points.map(({ header, body }) => ({ point: header.point, organization: header.organization, epoch: header.epoch, grade: header.grade, endedAt: header.endedAt, resources: body.resources }));
      process.stdout.write(isJson ? `${JSON.stringify(rows)}\n` : rows.map((row) => `${Object.values(row).join('\t')}\n`).join(''));
      return vault.passedOver.length === 0 ? 0 : 13;
    }
    const point = points.find(({ header }) => header.point === wanted);
    const refused = vault.passedOver.find(({ name }) => name.endsWith(`-${wanted}`));
    if (refused !== undefined && point === undefined) throw refused.error;
    need(point !== undefined, wanted, 'there is no such point');
    const opened = vault.passedOver.find(({ name }) => name === `${point.prefix}epoch`);
    if (opened !== undefined && !(opened.error instanceof Revoked)) throw opened.error;
    const resources = vault.dump(point);
    const toText = ({ kind, id, body, files }) => `${kind}\t${id}\t${body ?? files.map(({ path }) => path).join(' ')}\n`;
    process.stdout.write(isJson ? `${JSON.stringify(resources)}\n` : resources.map(toText).join(''));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Damage ? error.message : error.stack}\n`);
    return 13;
  }
}

process.exitCode = main(process.argv.slice(2));
