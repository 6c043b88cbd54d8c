/** Versions of images: shown, compared. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { ImageVersion, imageOf as imageOfVersion } from '../../image.ts';
import { differences } from '../../jobs/image/differences.ts';
import { gatesOf } from '../../jobs/image/gates.ts';
import { versionsInUse } from '../../jobs/image/use.ts';
import { promotionOf, versionIn, versionsIn } from '../../jobs/image/versions.ts';
import { messages } from '../../messages/messages.ts';
import { ImageName } from '../../names.ts';
import { drawDifferences, drawImage, drawVersion } from '../answers/images.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { imageOf } from '../known.ts';
import { attachment } from '../outbox/attachment.ts';

/** Lines of a comparison that a message shows. */
const SHOWN = 40;

/** Everything that has an image's name: defined, or left from a definition that is gone. */
async function imagesOf({ config, state }: Pick<House, 'config' | 'state'>): Promise<string[]> {
  const versions = await versionsIn(state);
  return [
    ...new Set([...Object.keys(config.images), ...versions.map(({ manifest }) => manifest.image)]),
  ].sort();
}

const known = async (state: House['state'], record: Awaited<ReturnType<typeof versionsIn>>[number]) => ({
  record,
  gates: await gatesOf(state, record.manifest.version),
});

export const imageList = defineCommand({
  name: 'image list',
  aliases: ['images'],
  about: () => messages().commands['image list'],
  examples: ['image list', 'image list debian-live'],
  input: z.object({ image: ImageName.optional() }),
  words: ['image'],
  risk: 'read',
  scope: ({ image }) => (image === undefined ? 'cloud' : `image/${image}`),
  async answer({ image }, house) {
    const { config, state } = house;
    const images = await imagesOf(house);
    if (image !== undefined && !images.includes(image)) imageOf(config, image);
    const chosen = image === undefined ? images : [image];
    if (chosen.length === 0) return { text: messages().images.answers.none };
    const inUse = await versionsInUse(config, state);
    const now = Date.now();
    const drawn = await Promise.all(
      chosen.map(async (name) => {
        const versions = await Promise.all((await versionsIn(state, name)).map((each) => known(state, each)));
        return drawImage(name, versions, await promotionOf(state, name), inUse, now);
      }),
    );
    const built = new Set((await versionsIn(state)).map(({ manifest }) => manifest.image));
    const shown = chosen.find((name) => built.has(name));
    const line = shown === undefined ? `/build image ${chosen[0]}` : `/image show ${shown}`;
    return { text: [...drawn.flat(), messages().phrases.next({ line })].join('\n') };
  },
});

export const imageShow = defineCommand({
  name: 'image show',
  about: () => messages().commands['image show'],
  examples: ['image show debian-live', 'image show debian-live@2026-11-21.1'],
  input: z.object({ what: z.union([ImageVersion, ImageName]) }),
  words: ['what'],
  risk: 'read',
  scope: ({ what }) => `image/${nameIn(what)}`,
  async answer({ what }, house) {
    const { config, state } = house;
    const record = await recordOf(what, house);
    const { version, image } = record.manifest;
    const promotion = await promotionOf(state, image);
    const root = Object.hasOwn(config.hosts, record.host) ? config.hosts[record.host]?.root : undefined;
    const lines = drawVersion(
      await known(state, record),
      promotion,
      await versionsInUse(config, state),
      root,
    );
    const line = promotion?.now.version === version ? `/image diff ${version}` : `/image promote ${version}`;
    return { text: [...lines, messages().phrases.next({ line })].join('\n') };
  },
});

export const imageDiff = defineCommand({
  name: 'image diff',
  about: () => messages().commands['image diff'],
  examples: [
    'image diff debian-live@2026-11-21.1',
    'image diff debian-live@2026-11-20.2 debian-live@2026-11-21.1',
  ],
  input: z.object({ from: ImageVersion, to: ImageVersion.optional() }),
  words: ['from', 'to'],
  risk: 'read',
  scope: ({ from, to }) => [
    ...new Set([from, to ?? from].map((version) => `image/${imageOfVersion(version)}`)),
  ],
  async answer({ from, to }, house) {
    const [before, after] = to === undefined ? [await otherThan(from, house), from] : [from, to];
    if (imageOfVersion(before) !== imageOfVersion(after))
      throw new MusterError('image.twoimages', { one: before, other: after });
    const [one, other] = await Promise.all([recordOf(before, house), recordOf(after, house)]);
    const lines = drawDifferences(before, after, differences(one.manifest, other.manifest));
    const next = messages().phrases.next({ line: `/image show ${after}` });
    if (lines.length <= SHOWN) return { text: [...lines, next].join('\n') };
    const more = messages().images.answers.more({ count: lines.length - SHOWN });
    const file = attachment(`${after}.diff`, lines);
    return { text: [...lines.slice(0, SHOWN), more, next].join('\n'), file };
  },
});

const nameIn = (what: string): string => (what.includes('@') ? imageOfVersion(what) : what);

/** The record of a version, or of an image's promoted or else newest one. Rejects with `image.unknown`, or `config.unknown` for an image of which there is none. */
async function recordOf(what: string, { config, state }: Pick<House, 'config' | 'state'>) {
  if (what.includes('@')) {
    const record = await versionIn(state, what);
    if (!record) throw new MusterError('image.unknown', { version: what });
    return record;
  }
  const promoted = (await promotionOf(state, what))?.now.version;
  const record =
    (promoted === undefined ? undefined : await versionIn(state, promoted)) ??
    (await versionsIn(state, what)).at(-1);
  if (record) return record;
  imageOf(config, what);
  throw new MusterError('image.none', { image: what });
}

/** What a version is compared with: the promoted one; where it is that itself, the one before it. */
async function otherThan(version: string, { state }: Pick<House, 'state'>): Promise<string> {
  const image = imageOfVersion(version);
  const versions = (await versionsIn(state, image)).map(({ manifest }) => manifest.version);
  const { now, before = [] } = (await promotionOf(state, image)) ?? {};
  const candidates = [now?.version, ...before.map((step) => step.version).reverse()];
  const earlier = versions.slice(0, Math.max(0, versions.indexOf(version))).reverse();
  const found = [...candidates, ...earlier].find(
    (other) => other !== undefined && other !== version && versions.includes(other),
  );
  if (found === undefined) throw new MusterError('image.alone', { version });
  return found;
}
