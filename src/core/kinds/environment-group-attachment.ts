import { attachmentKind } from './attachment-kind.ts';
import type { Kind } from './kind.ts';

/** `envgroups/public/attachments/prod`. */
export const environmentGroupAttachment: Kind = attachmentKind({
  name: 'environment-group-attachment',
  title: 'environment group attachment',
  scope: 'environment-group',
  idPattern: 'envgroups/*/attachments/*',
  items: 'environmentGroupAttachments',
  serverAssigned: ['name', 'createdAt', 'environmentGroupId'],
  phase: 'activate',
  missing: 'the environment is not attached to the group',
  risk: 'Nothing of this environment answers any more at the hostnames of the group.',
  limits: [
    'The id that the server gives an attachment is new with every restore; attachments are told apart by group and environment.',
  ],
});
