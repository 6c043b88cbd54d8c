import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { humanDuration } from '../../units.ts';
import { deployedOn, liveOn } from '../answers/generations.ts';
import { defineCommand } from '../command.ts';

export const apps = defineCommand({
  name: 'apps',
  about: () => messages().commands.apps,
  examples: ['apps'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { config, state }) {
    const names = Object.keys(config.apps).sort();
    const { answers, phrases } = messages();
    if (names.length === 0) return { text: answers.apps.none };
    const lines = await Promise.all(
      names.map(async (name) => {
        const deployed = await deployedOn(state, name);
        const places = hostsOf(config, config.apps[name]!.hosts).map((host) => {
          const live = liveOn(deployed[host]);
          if (!live) return answers.apps.notDeployed({ host });
          const time = humanDuration(Date.now() - Date.parse(live.at));
          return answers.apps.live({ host, ref: live.ref, commit: short(live.commit), time });
        });
        return `${Object.keys(deployed).length > 0 ? '●' : '○'} ${name} · ${places.join(' · ')}`;
      }),
    );
    return { text: [...lines, phrases.next({ line: `/deploy ${names[0]}` })].join('\n') };
  },
});
