import { azScript } from './az-script.ts';
import { bicepModule } from './bicep-text.ts';
import type { DesiredTrust } from './desired-trust.ts';
import { gcloudScript } from './gcloud-script.ts';
import { terraformText } from './terraform-text.ts';

export const setUpFormats = ['gcloud', 'az', 'terraform', 'bicep'] as const;
export type SetUpFormat = (typeof setUpFormats)[number];

export interface SetUpFile {
  readonly name: string;
  readonly format: SetUpFormat;
  readonly text: string;
}

const makers: Readonly<Record<SetUpFormat, { readonly name: string; readonly make: (trust: DesiredTrust) => string }>> =
  {
    gcloud: { name: 'google.sh', make: gcloudScript },
    az: { name: 'azure.sh', make: azScript },
    terraform: { name: 'identity.tf', make: terraformText },
    bicep: { name: 'identity.bicep', make: bicepModule },
  };

/** The statements that set up what the configuration wants, one file for each format. */
export function identitySetUp(trust: DesiredTrust, formats: readonly SetUpFormat[]): readonly SetUpFile[] {
  return formats.map((format) => ({ name: makers[format].name, format, text: makers[format].make(trust) }));
}

/** Who can restore, in words: why the second identity cannot be had by who has the first. */
export function explainTrust({ providers, accounts, host }: DesiredTrust): readonly string[] {
  const restore = accounts.find(({ purpose }) => purpose === 'restore');
  const capture = accounts.find(({ purpose }) => purpose === 'capture');
  const own = providers.map(({ id, condition }) => `Provider ${id} takes a token only if ${condition}.`);
  return [
    ...own,
    `${capture?.email ?? ''} captures: only ${capture?.subject ?? ''} may act as it, and its role cannot write.`,
    `${restore?.email ?? ''} restores: only ${restore?.subject ?? ''} may act as it. Give that subject to nothing that runs on a schedule${host === 'github' ? ': protect its environment with required reviewers' : ''}.`,
  ];
}
