/** Who may log in to hosts by SSH key. */
import { z } from 'zod';
import { HostSelector } from '../../config/checked.ts';
import type { Config } from '../../config/config.ts';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { knownOf, writtenBlocks } from '../../jobs/keys/known.ts';
import { leftOver, targetsOn } from '../../jobs/keys/targets.ts';
import { keysPlan } from '../../jobs/plans/keys.ts';
import { messages } from '../../messages/messages.ts';
import { KeyGroupName } from '../../names.ts';
import { drawBlocks, drawGroup } from '../answers/keys.ts';
import { defineCommand } from '../command.ts';
import { groupOf, hostOf } from '../known.ts';

export const keysSync = defineCommand({
  name: 'keys sync',
  about: () => messages().commands['keys sync'],
  examples: ['keys sync', 'keys sync label:node', 'keys sync web-1 --yes'],
  input: z.object({
    on: z.array(HostSelector).optional(),
    yes: z.boolean().default(false),
  }),
  words: ['on'],
  risk: 'change',
  // Whoever names a label has to be allowed everywhere, as nobody knows here whom it fits.
  scope: ({ on = [] }) =>
    on.length > 0 && on.every((selector) => !selector.startsWith('label:'))
      ? on.map((host) => `host/${host}`)
      : 'cloud',
  async plan({ on, yes }, { config, state, keys }) {
    const hosts = chosen(config, on);
    const targets = targetsOn(config, hosts);
    const all = [...targets, ...leftOver(targets, await writtenBlocks(state), hosts)];
    if (all.length === 0) throw new MusterError('keys.nowhere', { on: on?.join(', ') });
    const groups = [...new Set(all.flatMap((target) => target.groups))];
    const gathered = await keys.gather(config, groups, yes);
    return keysPlan({ targets: all, gathered, line: ['/keys sync', ...(on ?? [])].join(' ') });
  },
});

export const keysShow = defineCommand({
  name: 'keys show',
  aliases: ['keys'],
  about: () => messages().commands['keys show'],
  examples: ['keys show', 'keys show builders'],
  input: z.object({ group: KeyGroupName.optional() }),
  words: ['group'],
  risk: 'read',
  scope: () => 'cloud',
  async answer({ group }, { config, state }) {
    if (group !== undefined) groupOf(config, group);
    const groups = group === undefined ? Object.keys(config.keyGroups).sort() : [group];
    if (groups.length === 0) return { text: messages().answers.keys.none };
    const known = await knownOf(state, groups);
    const now = Date.now();
    const lines = groups.flatMap((name) =>
      drawGroup(name, new Map([...known].filter(([id]) => id.startsWith(`${name} `))), now),
    );
    const written = (await writtenBlocks(state)).filter((block) =>
      block.groups.some((name) => groups.includes(name)),
    );
    const next = messages().phrases.next({ line: '/keys sync --dry-run' });
    return { text: [...lines, ...drawBlocks(written, now), next].join('\n') };
  },
});

/** The hosts that selectors name, all of them where there are none; rejects with `config.unknown` for one that is not there. */
function chosen(config: Config, on: readonly string[] | undefined): string[] {
  if (on === undefined) return Object.keys(config.hosts);
  for (const selector of on) if (!selector.startsWith('label:')) hostOf(config, selector);
  return hostsOf(config, on);
}
