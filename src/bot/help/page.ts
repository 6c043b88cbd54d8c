/** All help as one page of Markdown: `docs/commands.md` is made of it. */

import { messages } from '../../messages/messages.ts';
import type { Command } from '../command.ts';
import { details, fieldsShown, nameShown, usage } from './help.ts';

/** All commands as a page of Markdown. */
export function helpMarkdown(commands: readonly Command[]): string {
  const sections = commands.map((command) => {
    const { summary, description } = command.about();
    const rows = fieldsShown(command).map(
      (field) => `- \`${nameShown(field)}\`: ${details(field).join('; ')}`,
    );
    return [
      `## /${command.name}`,
      '',
      `${summary}.${description ? ` ${description}` : ''}`,
      '',
      '```text',
      usage(command),
      '```',
      '',
      ...(rows.length > 0 ? [...rows, ''] : []),
      `${messages().help.risk({ risk: command.risk, words: messages().help.risks[command.risk] })}.`,
      ...(command.aliases.length > 0
        ? [`Also: ${command.aliases.map((alias) => `\`/${alias}\``).join(', ')}.`]
        : []),
      '',
      'Examples:',
      '',
      '```text',
      ...command.examples.map((line) => `/${line}`),
      '```',
      '',
    ].join('\n');
  });
  const contents = commands.map(
    ({ name, about }) => `- [/${name}](#${name.replaceAll(' ', '-')}): ${about().summary}`,
  );
  return [
    '# Commands',
    '',
    '<!-- Made from the declarations in src/bot/commands by npm run docs; do not edit. -->',
    '',
    'Words are given in order, options anywhere. A list takes commas or the option several times. Quotes keep spaces together,',
    '`--` ends options, and a value that starts with a dash is written `--option=-value`.',
    '',
    ...contents,
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
