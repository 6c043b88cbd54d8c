/** Which commands a service suggests to whom, read off the declarations and the roles. */
import type { Config } from '../config/config.ts';
import type { Command } from './command.ts';
import type { Menu } from './platform.ts';
import { mayEver } from './rights/authorise.ts';

/**
 * For everybody, help alone; for each chat of the configuration there what all people may use whom the platform knows;
 * and for each of them in each chat what they may use, where that is more.
 */
export function menusFor(config: Config, commands: readonly Command[], platform: string): Menu[] {
  const entries = (may: (command: Command) => boolean) =>
    commands.filter(may).map((command) => ({ name: command.name, summary: command.about().summary }));
  const help = entries(({ name }) => name === 'help');
  const people = Object.entries(config.people).flatMap(([person, { identities }]) =>
    identities[platform] === undefined ? [] : [{ person, user: identities[platform] }],
  );
  const chats = Object.values(config.channels).filter((channel) => channel.platform === platform);
  const menus: Menu[] = [{ commands: help }];
  for (const chat of new Set(chats.map((channel) => channel.chat))) {
    const common = entries(({ name }) => people.every(({ person }) => mayEver(config, person, name)));
    const shared = people.length > 0 ? common : help;
    menus.push({ chat, commands: shared });
    for (const { person, user } of people) {
      const own = entries(({ name }) => mayEver(config, person, name));
      // A talk with one person has a menu of its own already.
      if (user === chat) menus.splice(-1, 1, { chat, commands: own });
      else if (own.length > shared.length) menus.push({ chat, user, commands: own });
    }
  }
  return menus;
}
