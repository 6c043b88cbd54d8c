/** Versions of images: promoted, rolled back, removed. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { ImageVersion, imageOf as imageOfVersion } from '../../image.ts';
import { demandGates } from '../../jobs/image/promote.ts';
import { toRetire } from '../../jobs/image/retire.ts';
import { indexBefore, promotionOf, versionIn, versionsIn } from '../../jobs/image/versions.ts';
import { promotePlan, prunePlan, rollBackImagePlan } from '../../jobs/plans/image-versions.ts';
import { messages } from '../../messages/messages.ts';
import { ImageName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { imageOf } from '../known.ts';

/** How many versions stay of an image whose definition is gone. */
const KEEP = 5;

export const imagePromote = defineCommand({
  name: 'image promote',
  about: () => messages().commands['image promote'],
  examples: ['image promote debian-live@2026-11-21.1', 'image promote debian-live@2026-11-21.1 --force'],
  input: z.object({ version: ImageVersion, force: z.boolean().default(false) }),
  words: ['version'],
  risk: 'change',
  scope: ({ version }) => `image/${imageOfVersion(version)}`,
  async plan({ version, force }, { state }) {
    const record = await versionIn(state, version);
    if (!record) throw new MusterError('image.unknown', { version });
    const before = (await promotionOf(state, imageOfVersion(version)))?.now.version;
    if (before === version) return { text: messages().images.answers.promotedAlready({ version }) };
    if (!force) await demandGates(record, state);
    return promotePlan({ host: record.host, version, force, before });
  },
});

export const imageRollback = defineCommand({
  name: 'image rollback',
  about: () => messages().commands['image rollback'],
  examples: ['image rollback debian-live'],
  input: z.object({ image: ImageName }),
  words: ['image'],
  risk: 'change',
  scope: ({ image }) => `image/${image}`,
  async plan({ image }, { config, state }) {
    const promotion = await promotionOf(state, image);
    if (!promotion) imageOf(config, image);
    const records = await versionsIn(state, image);
    const there = new Set(records.map(({ manifest }) => manifest.version));
    const to = promotion?.before[indexBefore(promotion, there)]?.version;
    const record = records.find(({ manifest }) => manifest.version === to);
    if (!promotion || to === undefined || !record) throw new MusterError('image.nonebefore', { image });
    return rollBackImagePlan({ host: record.host, from: promotion.now.version, to });
  },
});

export const imagePrune = defineCommand({
  name: 'image prune',
  about: () => messages().commands['image prune'],
  examples: ['image prune debian-live', 'image prune debian-live --keep 2'],
  input: z.object({ image: ImageName, keep: z.number().int().min(0).max(1_000).optional() }),
  words: ['image'],
  risk: 'destroy',
  scope: ({ image }) => `image/${image}`,
  async plan({ image, keep }, { config, state }) {
    const host = (await versionsIn(state, image)).at(-1)?.host;
    const definition = Object.hasOwn(config.images, image) ? config.images[image] : undefined;
    if (host === undefined && !definition) imageOf(config, image);
    const count = keep ?? definition?.keep ?? KEEP;
    const versions = await toRetire(image, count, { state, config });
    if (host === undefined || versions.length === 0)
      return { text: messages().images.answers.nothingGoes({ image, count }) };
    return prunePlan({ host, image, keep: count, versions });
  },
});
