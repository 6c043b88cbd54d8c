import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import { defineCommand, type Reply } from '../command.ts';
import { helpAll, helpFor } from '../help/help.ts';
import { attachment } from '../outbox/attachment.ts';
import { mayEver } from '../rights/authorise.ts';

export const help = defineCommand({
  name: 'help',
  about: () => messages().commands.help,
  examples: ['help', 'help deploy'],
  input: z.object({ command: z.array(z.string()).default([]) }),
  words: ['command'],
  risk: 'read',
  scope: () => 'cloud',
  async answer({ command }, { commands, config, caller }) {
    const name = command.join(' ').toLowerCase().replace(/^\//, '');
    if (name === '')
      return said((max) => helpAll(commands, (known) => mayEver(config, caller.person, known.name), max));
    const found = commands.find((known) => known.name === name || known.aliases.includes(name));
    if (found) return said((max) => helpFor(found, max));
    const family = commands.filter((known) => known.name.startsWith(`${name} `));
    if (family.length > 0) return said((max) => family.map((known) => helpFor(known, max)).join('\n\n'));
    const near = suggest(
      name,
      commands.map((known) => known.name),
    );
    return {
      refused: true,
      text: messages().answers.help.unknown({ name, near }),
    };
  },
});

/** What fits a message; where that is not all, with all as a file. */
function said(draw: (max?: number) => string): Reply {
  const [text, whole] = [draw(), draw(Number.POSITIVE_INFINITY)];
  return whole === text ? { text } : { text, file: attachment('help.txt', whole.split('\n')) };
}
