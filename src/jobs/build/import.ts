/** Gives the base image to the host's engine: what was built of packages, and the hub's program on top of it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { APP_LABEL } from '../../adapters/compose/canonical.ts';
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { type Image, images } from '../../adapters/images/images.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { humanSize } from '../../units.ts';
import { BASE_IMAGE, knownBases, rememberBase, standsOn } from '../bases.ts';
import { defineStep } from '../step.ts';
import { CLIENT_CHANGES, type Client, ownClient } from './client.ts';
import { BASE_EPOCH } from './recipe.ts';
import { KEPT } from './root.ts';
import { type Built, Shelf } from './shelf.ts';

/** Names the root file system an image was made of. */
export const SHA_LABEL = 'muster.root.sha256';
/** Names the hub's program in it. */
export const CLIENT_LABEL = 'muster.client.sha256';
/** Which part of a base image it is: `root` below, `whole` with the hub's program. */
const PART_LABEL = 'muster.part';

const LATEST = `${BASE_IMAGE}:latest`;
/** In it the layer with the hub's program is made. */
const CONTAINER = 'muster-base-layer';

type Parts = Pick<Built, 'at' | 'sha256'> & { client: Pick<Client, 'sha256'> };

/** A tag that tells the day of the packages and the content: `2026-11-21-3f9c1d2`. */
export const datedTag = ({ at, sha256, client }: Parts): string =>
  `${at.slice(0, 10)}-${createHash('sha256').update(`${sha256} ${client.sha256}`).digest('hex').slice(0, 7)}`;

/** What the root says of itself; all values are ours or checked digits. */
const rootChanges = ({ at, sha256 }: Pick<Built, 'at' | 'sha256'>): string[] => [
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `LABEL ${PART_LABEL}=root`,
  `LABEL ${SHA_LABEL}=${sha256}`,
  `LABEL org.opencontainers.image.created=${at}`,
];

/** What the image says of itself beside that. */
const wholeChanges = (parts: Parts): string[] => [
  ...CLIENT_CHANGES,
  `LABEL ${PART_LABEL}=whole`,
  `LABEL ${CLIENT_LABEL}=${parts.client.sha256}`,
  `LABEL org.opencontainers.image.version=${datedTag(parts)}`,
];

export const importBase = defineStep({
  name: 'build.import',
  lane: 'build',
  input: z.strictObject({
    host: HostName,
    /** The layers of each base image on record. */
    known: z.array(z.array(z.string())).optional(),
  }),
  uses: { dockerd, images },
  timeout: '5m',
  title: ({ host }) => messages().jobs.steps.import({ image: BASE_IMAGE, host }),
  brief: async (_, { state }) => ({ known: await knownBases(state) }),
  async run({ known = [] }, { shell, root, dockerd: engine, images: store, signal, report }) {
    if (!(await engine.answers())) throw new MusterError('engine.down', { host: shell.host });
    const shelf = new Shelf(shell, root);
    const built = await shelf.current();
    if (!built) {
      throw new MusterError('image.missing', { image: BASE_IMAGE, host: shell.host, next: '/build base' });
    }
    const client = await ownClient(BASE_EPOCH);
    const parts = { ...built, client };
    const before = await store.find(LATEST);
    const labels = before?.Config?.Labels ?? {};
    if (before && labels[SHA_LABEL] === built.sha256 && labels[CLIENT_LABEL] === client.sha256) {
      report.note(messages().jobs.notes.upToDate({ image: BASE_IMAGE, size: humanSize(before.Size) }));
      return resultOf(before, labels['org.opencontainers.image.version']);
    }
    const dated = `${BASE_IMAGE}:${datedTag(parts)}`;
    const watch = { signal, onLine: (line: string) => report.line(line) };
    const archive = shelf.archive(built.key);
    const from = await store.import({ archive, changes: rootChanges(built) }, watch);
    try {
      const layer = { from, image: dated, changes: wholeChanges(parts), container: CONTAINER };
      await store.extend(layer, client.archive, watch);
    } finally {
      // Of an import that was cut off, the root is left: nobody else names it.
      await store.prune(`${PART_LABEL}=root`);
    }
    // Only now, so that an import that was cut off leaves the image before in its place.
    await store.tag(dated, LATEST);
    const image = await store.find(LATEST);
    if (!image)
      throw new MusterError('image.missing', { image: LATEST, host: shell.host, next: '/build base' });
    const tags = (await store.tags(BASE_IMAGE)).filter((tag) => /^\d{4}-\d\d-\d\d-[0-9a-f]{7}$/.test(tag));
    for (const tag of tags.slice(KEPT)) await store.remove(`${BASE_IMAGE}:${tag}`);
    const size = humanSize(image.Size);
    const runtime = built.packages.find((name) => name.startsWith('nodejs '))?.split(' ')[1] ?? '';
    const facts = { image: BASE_IMAGE, size, tag: datedTag(parts), runtime };
    report.note(messages().jobs.notes.baseReady({ ...facts, client: client.sha256.slice(0, 7) }));
    const apps = await appsBelow(image, known, store);
    if (apps.length > 0)
      report.note(messages().jobs.notes.appsBelow({ apps, host: shell.host, base: BASE_IMAGE }));
    return resultOf(image, datedTag(parts));
  },
  async record({ host }, { layers, tag }, state, { at }) {
    await rememberBase(state, { layers, tag, host, at });
  },
});

/** The apps that run on another base image on record than this one. */
async function appsBelow(
  base: Image,
  known: readonly string[][],
  store: ReturnType<typeof images.open>,
): Promise<string[]> {
  const old: string[] = [];
  for (const { value: app, image } of await store.running(APP_LABEL)) {
    const layers = (await store.find(image))?.RootFS.Layers ?? [];
    const isOld = known.some((one) => standsOn(layers, one)) && !standsOn(layers, base.RootFS.Layers);
    if (isOld && AppName.safeParse(app).success) old.push(app);
  }
  return [...new Set(old)].sort();
}

const resultOf = (image: Image, tag = 'latest') => ({
  id: image.Id,
  size: image.Size,
  layers: image.RootFS.Layers,
  tag,
});
