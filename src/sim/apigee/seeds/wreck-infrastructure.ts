import { textIn } from '../document.ts';
import type { WreckTarget } from '../wreck-target.ts';

/** Takes an environment from an instance and deletes a DNS zone: what comes back without anybody's paying. */
export function wreckInfrastructure(target: WreckTarget): string[] {
  const damages: string[] = [];
  const [instance] = [...target.list(['instances'])];
  const collection = instance === undefined ? [] : ['instances', instance, 'attachments'];
  const [attachment] = instance === undefined ? [] : [...target.list(collection)];
  if (instance !== undefined && attachment !== undefined) {
    const environment = textIn({ ...target.get([...collection, attachment]) }, 'environment');
    target.settle();
    target.delete([...collection, attachment]);
    target.settle();
    damages.push(`detached the environment ${environment} from the instance ${instance}`);
  }
  const [zone] = [...target.list(['dnsZones'])];
  if (zone !== undefined) {
    target.delete(['dnsZones', zone]);
    target.settle();
    damages.push(`deleted the DNS zone ${zone}`);
  }
  return damages;
}
