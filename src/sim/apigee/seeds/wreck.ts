import type { WreckTarget } from '../wreck-target.ts';
import { wreckConsumers } from './wreck-consumers.ts';
import { wreckGateway } from './wreck-gateway.ts';
import { strayLeftovers } from './wreck-leftovers.ts';

/**
 * A botched update, as a night of hurried changes leaves it: wrong target servers, products and policies, lost apps and
 * developers, leftovers of tests. Answers in plain words what it did, in order; the same organization, the same words.
 *
 * It touches nothing that the API cannot give back. So it leaves alone: keys that have expired or soon will (an expiry in
 * the past cannot be written), pending associations where they live (nothing makes an approved one pending again) and
 * where the product asks for no approval, the protocol of a target server (fixed at creation), environments, and
 * proxies of which more than five revisions exist. Where an organization has nothing fit for a damage, that
 * damage is left out of it and of the answer.
 */
export function wreck(target: WreckTarget): string[] {
  const sentences = [...wreckGateway(target), ...wreckConsumers(target), ...strayLeftovers(target)];
  target.settle();
  return sentences;
}
