import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import { defineCommand } from '../command.ts';
import { helpAll, helpFor } from '../help/help.ts';
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
      return { text: helpAll(commands, (known) => mayEver(config, caller.person, known.name)) };
    const found = commands.find((known) => known.name === name || known.aliases.includes(name));
    if (found) return { text: helpFor(found) };
    const family = commands.filter((known) => known.name.startsWith(`${name} `));
    if (family.length > 0) return { text: family.map((known) => helpFor(known)).join('\n\n') };
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
