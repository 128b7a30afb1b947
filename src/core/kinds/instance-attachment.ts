import { attachmentKind } from './attachment-kind.ts';
import type { Kind } from './kind.ts';

/** `instances/eu-west1/attachments/prod`: deployments of the environment run on the instance. */
export const instanceAttachment: Kind = attachmentKind({
  name: 'instance-attachment',
  title: 'instance attachment',
  scope: 'instance',
  idPattern: 'instances/*/attachments/*',
  items: 'attachments',
  serverAssigned: ['name', 'createdAt'],
  // Before deployments: they become ready only where their environment runs.
  phase: 'materialise',
  missing: 'the environment does not run on the instance',
  risk: 'Nothing of this environment runs on the instance any more.',
  limits: [
    'It comes back where its instance is there; the instance itself is made again only when named.',
    'The id that the server gives an attachment is new with every restore; attachments are told apart by instance and environment.',
  ],
});
