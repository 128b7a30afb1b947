import { UserError } from '../../core/errors.ts';
import { armTemplate } from '../../core/protection/arm-template.ts';
import { bicepTemplate } from '../../core/protection/bicep-template.ts';
import { templateResources } from '../../core/protection/template.ts';
import { terraformTemplate } from '../../core/protection/terraform-template.ts';
import type { CommandContext } from '../command.ts';
import type { OutputDocument } from '../schema/documents.ts';

const languages = ['arm', 'bicep', 'terraform'] as const;

/** Writes what a plan would make as infrastructure code. Asks nothing of Azure. */
export async function protectTemplate(context: CommandContext): Promise<number> {
  const { flags, house, output, progress } = context;
  const language = readLanguage(context);
  const azure = house.azure();
  const settings = await azure.protection();
  const oneGroup = language !== 'terraform';
  const resources = templateResources(settings, await azure.digester(), { oneGroup });
  const text = {
    arm: () => armTemplate(resources, settings),
    bicep: () => bicepTemplate(resources),
    terraform: () => terraformTemplate(resources, settings),
  }[language]();
  const out = flags.find('out');
  if (out !== undefined && out !== '-') {
    await house.writePrivateFile(out, text);
    progress.note(`Template written to ${out}.`);
    return 0;
  }
  const document: OutputDocument<'protect-template'> = { schema: 'holdfast/protect-template/1', language, text };
  // For people it is the file itself, so that it can be piped.
  await output.document(document, () => text.replace(/\n$/, '').split('\n'));
  return 0;
}

function readLanguage({ flags }: CommandContext): (typeof languages)[number] {
  const [first, ...others] = languages.filter((language) => flags.is(language));
  if (first !== undefined && others.length === 0) return first;
  throw new UserError({
    code: 'USAGE',
    message: first === undefined ? 'The language of the template is not said.' : 'A template is in one language.',
    next: 'Give one of --arm, --bicep, --terraform.',
  });
}
