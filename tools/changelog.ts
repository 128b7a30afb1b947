import type { GeneratedFile } from './generated-file.ts';
import { generatedNotice } from './generated-file.ts';

export interface ChangeFile {
  /** Relative to `changes/`: `0.1.0/vault.md`, `unreleased/x.md`. */
  readonly path: string;
  readonly text: string;
}

interface Change {
  readonly release: string;
  readonly type: ChangeType;
  readonly title: string;
  readonly body: string;
}

const changeTypes = ['Security', 'Change', 'Feature', 'Fix'] as const;
type ChangeType = (typeof changeTypes)[number];

const headings: Readonly<Record<ChangeType, string>> = {
  Security: 'Security',
  Change: 'Changed: needs your attention',
  Feature: 'New',
  Fix: 'Fixed',
};

/** `CHANGELOG.md` from one file per change, newest release first. A file that is not as `changes/README.md` says throws. */
export function changelogPage(files: readonly ChangeFile[]): GeneratedFile {
  const changes = files.map(parseChange);
  const releases = [...new Set(changes.map(({ release }) => release))].toSorted(compareReleases);
  const sections = releases.map((release) => {
    const types = changeTypes.flatMap((type) => {
      const entries = changes.filter((change) => change.release === release && change.type === type);
      if (entries.length === 0) return [];
      return [`### ${headings[type]}\n\n${entries.map(({ title, body }) => `**${title}** ${body}`).join('\n\n')}`];
    });
    return `## ${release === 'unreleased' ? 'Not released yet' : release}\n\n${types.join('\n\n')}`;
  });
  return {
    path: 'CHANGELOG.md',
    text: `${generatedNotice('`changes/`')}\n\n# Changes\n\n${sections.join('\n\n')}\n`,
  };
}

function parseChange({ path, text }: ChangeFile): Change {
  const release = path.split('/')[0] ?? '';
  if (!/^(unreleased|\d+\.\d+\.\d+)\/[a-z0-9-]+\.md$/.test(path)) {
    throw new Error(
      `changes/${path}: a change lies in changes/unreleased/ or changes/VERSION/, named in-kebab-case.md.`,
    );
  }
  const match = /^(\w+): ([^\n]+)\n\n(\S[\s\S]*)$/.exec(text.replaceAll('\r\n', '\n').trim());
  const type = changeTypes.find((name) => name === match?.[1]);
  if (match === null || type === undefined) {
    throw new Error(
      `changes/${path}: the first line is "TYPE: Title" with ${changeTypes.join(', ')}, then a blank line and the text.`,
    );
  }
  return { release, type, title: match[2] ?? '', body: match[3] ?? '' };
}

/** Unreleased first, then the newest version. */
function compareReleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'unreleased') return -1;
  if (b === 'unreleased') return 1;
  return b.localeCompare(a, 'en', { numeric: true });
}
