import { kindNames } from '../../core/kinds/kind-name.ts';
import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { bashCompletion } from '../completion/bash-completion.ts';
import { type CompletionModel, completionModel } from '../completion/completion-model.ts';
import { fishCompletion } from '../completion/fish-completion.ts';
import { zshCompletion } from '../completion/zsh-completion.ts';
import { registry } from '../registry.ts';

const shells: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};
const shellNames = Object.keys(shells);

export const completion: Command = {
  arguments: [{ name: 'SHELL', summary: shellNames.join(', '), choices: shellNames }],
  options: [],
  formats: ['table'],
  details: [
    'Prints a script that completes verbs, options and values in the shell. It stands for itself: holdfast is not run',
    'while you type, so print it anew after an update.',
  ],
  vaultAsOf: 'no-vault',
  examples: [
    'holdfast completion bash > ~/.local/share/bash-completion/completions/holdfast',
    'holdfast completion zsh > "${fpath[1]}/_holdfast"',
    'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
  ],
  async run({ argument, output }) {
    const shell = argument('SHELL');
    const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (script === undefined) {
      throw new UserError({
        code: 'USAGE',
        message: `There is no completion for the shell "${shell}".`,
        next: `Choose one of ${shellNames.join(', ')}.`,
      });
    }
    const loaded = await Promise.all(
      registry.map(async (registered) => ({ registered, command: await registered.load() })),
    );
    await output.write(script(completionModel(loaded, kindNames)));
    return 0;
  },
};
