import type { PointWriter, Vault } from '../../src/app/ports/vault.ts';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';

/** The vault of a release whose canonical forms are of no later version than this. */
export function atVersion(vault: Vault, version: number): Vault {
  const versionOf = (kind: KindName): number => Math.min(version, kinds[kind].canonicalVersion);
  const old = (writer: PointWriter): PointWriter =>
    new Proxy(writer, {
      get: (target, name) => {
        if (name === 'canonicalVersion') return versionOf;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  return new Proxy(vault, {
    get: (target, name) => {
      if (name === 'beginPoint')
        return async (request: Parameters<Vault['beginPoint']>[0]) => old(await target.beginPoint(request));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
