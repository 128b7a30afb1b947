import type { CommandContext } from './command.ts';
import { describeError } from './render/error.ts';

/**
 * Runs `work` with a dead man's switch around it: the monitor hears of the start, then of the end, at `/fail` when it
 * failed or was not whole. A monitor that cannot be reached is a warning; it never fails the work.
 */
export async function withPings<Result>(
  context: CommandContext,
  work: () => Promise<Result>,
  describe: (result: Result) => { readonly isWhole: boolean; readonly text: string },
): Promise<Result> {
  const url = context.pingUrl;
  if (url === undefined || url === '') return work();
  const ping = (suffix: string, body: string): Promise<void> =>
    context.house.ping(withSuffix(url, suffix), context.redact(body));
  await ping('/start', '');
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    const { code, message } = describeError(error);
    await ping('/fail', `${code}: ${message}`);
    throw error;
  }
  const { isWhole, text } = describe(result);
  await ping(isWhole ? '' : '/fail', text);
  return result;
}

/** The suffix goes to the end of the path; a query stays behind it. */
function withSuffix(url: string, suffix: string): string {
  const [path = '', query] = url.split('?', 2);
  return `${path.replace(/\/$/, '')}${suffix}${query === undefined ? '' : `?${query}`}`;
}
