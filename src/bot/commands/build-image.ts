import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { MusterError } from '../../errors.ts';
import { buildHosts } from '../../jobs/host/needs.ts';
import { digestOf } from '../../jobs/image/blueprint.ts';
import { blueprintOf, groupsIn } from '../../jobs/image/drawn.ts';
import { buildImagePlan } from '../../jobs/plans/build-image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, ImageName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, imageOf } from '../known.ts';

export const buildImage = defineCommand({
  name: 'build image',
  about: () => messages().commands['build image'],
  examples: [
    'build image debian-live',
    'build image debian-live --promote',
    'build image hashios --on web-1',
  ],
  input: z.object({
    image: ImageName,
    on: HostName.optional(),
    promote: z.boolean().default(false),
    fresh: z.boolean().default(false),
  }),
  words: ['image'],
  risk: 'change',
  scope: ({ image }) => `image/${image}`,
  async plan({ image, on, promote, fresh }, house) {
    const { config } = house;
    const definition = imageOf(config, image);
    const host = on ?? builderIn(config);
    // What is built has to be read from there, and an agent runs nothing but its own steps.
    if (hostOf(config, host).link === 'icp') throw new MusterError('host.agentonly', { host });
    const to = config.boot.host ?? host;
    // It takes the programs of the machine that Muster runs on; elsewhere a version stays untried.
    const gate = config.hosts[to]?.link === 'local' ? definition.gate : [];
    // An hour later it would be refused for that.
    if (promote && gate.length < definition.gate.length)
      throw new MusterError('image.gatehost', { host: to });
    const keys = await keysFor(groupsIn(definition), house);
    const digest = digestOf(await blueprintOf(config, image, keys));
    const flags = [
      ...(on ? [`--on ${on}`] : []),
      ...(promote ? ['--promote'] : []),
      ...(fresh ? ['--fresh'] : []),
    ];
    return buildImagePlan({
      ...{ image, host, to, digest, keys, gate, promote, fresh },
      keep: definition.keep,
      line: ['/build image', image, ...flags].join(' '),
    });
  },
});

/** The host that machines boot from, as images need not travel then; or else the first that builds. */
function builderIn(config: Config): string {
  const host = config.boot.host ?? buildHosts(config)[0];
  if (host !== undefined) return host;
  const { noHost, label } = messages().answers.build;
  throw new MusterError('input.invalid', { problems: noHost, help: label });
}

/** Lines of `authorized_keys` by group. */
async function keysFor(
  groups: readonly string[],
  { config, keys }: Pick<House, 'config' | 'keys'>,
): Promise<Record<string, string[]>> {
  if (groups.length === 0) return {};
  const gathered = await keys.gather(config, groups, false);
  return Object.fromEntries(
    groups.map((group) => [
      group,
      (gathered.groups.get(group)?.keys ?? []).map(
        ({ key: { type, data, person } }) => `${type} ${data} ${person}`,
      ),
    ]),
  );
}
