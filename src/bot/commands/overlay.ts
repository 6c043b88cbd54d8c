/** Overlay networks: who is in them, who comes in and goes out, and whether they work. */
import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { membersOf } from '../../jobs/overlay/members.ts';
import type { Scene } from '../../jobs/plans/overlay.ts';
import { joinOverlayPlan, leaveOverlayPlan, testOverlayPlan } from '../../jobs/plans/overlay.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, OverlayName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, overlayOf } from '../known.ts';

const sceneOf = async (name: string, { config, state }: House): Promise<Scene> => ({
  config,
  name,
  settings: overlayOf(config, name),
  members: await membersOf(state, name),
});

export const overlayShow = defineCommand({
  name: 'overlay show',
  aliases: ['overlays'],
  about: () => messages().commands['overlay show'],
  examples: ['overlay show', 'overlay show build'],
  input: z.object({ name: OverlayName.optional() }),
  words: ['name'],
  risk: 'read',
  scope: ({ name }) => (name === undefined ? 'cloud' : `overlay/${name}`),
  async answer({ name }, house) {
    const names = name === undefined ? Object.keys(house.config.overlays).sort() : [name];
    const { show } = messages().overlay;
    if (names.length === 0) return { text: show.none };
    const parts = await Promise.all(names.map(async (one) => draw(await sceneOf(one, house))));
    return { text: parts.flat().join('\n') };
  },
});

export const overlayJoin = defineCommand({
  name: 'overlay join',
  about: () => messages().commands['overlay join'],
  examples: ['overlay join build web-1', 'overlay join build web-1 --dry-run'],
  input: z.object({ name: OverlayName, host: HostName }),
  words: ['name', 'host'],
  risk: 'change',
  scope: ({ name, host }) => [`overlay/${name}`, `host/${host}`],
  async plan({ name, host }, house) {
    const scene = await sceneOf(name, house);
    hostOf(house.config, host);
    return joinOverlayPlan(scene, host);
  },
});

export const overlayLeave = defineCommand({
  name: 'overlay leave',
  about: () => messages().commands['overlay leave'],
  examples: ['overlay leave build web-1', 'overlay leave build web-9 --gone'],
  input: z.object({ name: OverlayName, host: HostName, gone: z.boolean().default(false) }),
  words: ['name', 'host'],
  risk: 'change',
  scope: ({ name, host }) => [`overlay/${name}`, `host/${host}`],
  async plan({ name, host, gone }, house) {
    const scene = await sceneOf(name, house);
    if (!Object.hasOwn(scene.members, host)) {
      hostOf(house.config, host);
      return { text: messages().overlay.show.notJoined({ host, name }) };
    }
    return leaveOverlayPlan(scene, host, gone);
  },
});

export const overlayTest = defineCommand({
  name: 'overlay test',
  about: () => messages().commands['overlay test'],
  examples: ['overlay test build'],
  input: z.object({ name: OverlayName }),
  words: ['name'],
  risk: 'read',
  scope: ({ name }) => `overlay/${name}`,
  async plan({ name }, house) {
    const scene = await sceneOf(name, house);
    const joined = Object.keys(scene.members).length;
    return joined > 0 ? testOverlayPlan(scene) : { text: messages().overlay.show.nothingToTest({ name }) };
  },
});

/** A network as lines: its head, everybody who is in or may be, and what to type next. */
function draw({ config, name, settings, members }: Scene): string[] {
  const { show } = messages().overlay;
  const { kind, network } = settings;
  const may = hostsOf(config, settings.members).sort();
  const strays = Object.keys(members).filter((host) => !may.includes(host));
  const lines = may.map((host) => {
    const member = Object.hasOwn(members, host) ? members[host] : undefined;
    return member?.address === undefined
      ? show.waiting({ host })
      : show.member({ host, ...member, address: member.address });
  });
  const waiting = may.find((host) => !Object.hasOwn(members, host));
  const next = waiting ? `/overlay join ${name} ${waiting}` : `/overlay test ${name}`;
  return [
    [name, kind, network].join(' · '),
    ...(may.length > 0 ? lines : [show.noMembers]),
    ...strays.map((host) => show.stray({ host, name })),
    ...(may.length > 0 ? [messages().phrases.next({ line: next })] : []),
  ];
}
