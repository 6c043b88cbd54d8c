/** Brings machines to a version of their image, the canary first. */
import { z } from 'zod';
import { ImageVersion, imageOf } from '../../image.ts';
import { demandGates } from '../../jobs/image/promote.ts';
import { promotionOf, versionIn } from '../../jobs/image/versions.ts';
import { lastBoots } from '../../jobs/machine/boots.ts';
import { imageOfMachine, profileOf } from '../../jobs/machine/profile.ts';
import { chosen, type Known } from '../../jobs/machine/record.ts';
import { bootHostOf, inWaves, rolloutPlan } from '../../jobs/plans/machine.ts';
import { messages } from '../../messages/messages.ts';
import { ImageName } from '../../names.ts';
import { versionOf } from '../answers/machine-boots.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';

/** Machines with this label come first. */
const CANARY = 'canary';

export const imageRollout = defineCommand({
  name: 'image rollout',
  about: () => messages().commands['image rollout'],
  examples: [
    'image rollout debian-live',
    'image rollout debian-live@2026-11-21.1 --to label:rack-2 --waves 1,5,all',
    'image rollout debian-live --dry-run',
  ],
  input: z.object({
    image: z.union([ImageVersion, ImageName]),
    to: z.array(z.string().max(80)).default([]),
    waves: z.array(z.string().max(20)).min(1).max(20).default(['1', '5', 'all']),
  }),
  words: ['image'],
  risk: 'change',
  scope: ({ image }) => `image/${image.split('@')[0]}`,
  async plan({ image, to, waves }, house) {
    const { config, state } = house;
    bootHostOf(config);
    const version = await versionOf(image, house);
    await demandTried(version, house);
    const all = await machinesIn(house);
    const boots = await lastBoots(state);
    const named = to.length === 0 ? all : chosen(all, to);
    const those = named.filter((one) => imageOfMachine(one, config) === imageOf(version));
    const fixed = those.filter((one) => isFixed(one, config)).map(({ name }) => name);
    const machines = those.filter((one) => !isFixed(one, config)).sort(byCanary);
    const { answers } = messages().machines;
    const left = fixed.length > 0 ? [answers.fixed({ names: fixed, image: imageOf(version) })] : [];
    if (machines.length === 0)
      return { text: [answers.nothing({ image: imageOf(version) }), ...left].join('\n'), refused: true };
    const renewed = machines.map((known) => {
      const boot = Object.hasOwn(boots, known.name) ? boots[known.name] : undefined;
      return { known, before: boot?.outcome === 'up' ? boot.version : undefined };
    });
    const cut = inWaves(renewed, waves);
    const shows = cut.map((wave, index) => `${index + 1}: ${wave.map(({ known }) => known.name).join(', ')}`);
    return { ...rolloutPlan(version, cut, config), shows: [...shows, ...left] };
  },
});

/** Rejects with `image.gate` or `image.untried` where a version is neither promoted nor booted where it was tried. */
async function demandTried(version: ImageVersion, { state }: Pick<House, 'state'>): Promise<void> {
  const record = await versionIn(state, version);
  const promotion = await promotionOf(state, imageOf(version));
  if (record && promotion?.now.version !== version) await demandGates(record, state);
}

/** Whether its configuration names one version, which no roll-out changes. */
const isFixed = (known: Known, config: Parameters<typeof profileOf>[1]): boolean =>
  (known.machine.image ?? profileOf(known, config).profile.image)?.includes('@') === true;

const byCanary = (a: Known, b: Known): number => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
const rank = ({ machine }: Known): number => (machine.labels.includes(CANARY) ? 0 : 1);
