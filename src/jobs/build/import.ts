/** Gives the base image to the host's engine. */
import { z } from 'zod';
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { images } from '../../adapters/images/images.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { humanSize } from '../../units.ts';
import { defineStep } from '../step.ts';
import { BASE_IMAGE } from './recipe.ts';
import { KEPT } from './root.ts';
import { type Built, Shelf } from './shelf.ts';

/** Names the build an image was made of. */
export const SHA_LABEL = 'muster.root.sha256';

const LATEST = `${BASE_IMAGE}:latest`;

/** A tag that tells the day and the content: `2026-11-21-3f9c1d2`. */
export const datedTag = ({ at, sha256 }: Pick<Built, 'at' | 'sha256'>): string =>
  `${at.slice(0, 10)}-${sha256.slice(0, 7)}`;

/** What the image says of itself; all values are ours or checked digits. */
export const changesFor = (built: Pick<Built, 'at' | 'sha256'>): string[] => [
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'CMD ["bash"]',
  `LABEL ${SHA_LABEL}=${built.sha256}`,
  `LABEL org.opencontainers.image.created=${built.at}`,
  `LABEL org.opencontainers.image.version=${datedTag(built)}`,
];

export const importBase = defineStep({
  name: 'build.import',
  lane: 'build',
  input: z.strictObject({ host: HostName }),
  uses: { dockerd, images },
  timeout: '5m',
  title: ({ host }) => messages().jobs.steps.import({ image: BASE_IMAGE, host }),
  async run(_, { shell, root, dockerd: engine, images: store, signal, report }) {
    if (!(await engine.answers())) throw new MusterError('engine.down', { host: shell.host });
    const shelf = new Shelf(shell, root);
    const built = await shelf.current();
    if (!built) {
      throw new MusterError('image.missing', { image: BASE_IMAGE, host: shell.host, next: '/build base' });
    }
    const before = await store.find(LATEST);
    if (before?.Config?.Labels?.[SHA_LABEL] === built.sha256) {
      report.note(messages().jobs.notes.upToDate({ image: BASE_IMAGE, size: humanSize(before.Size) }));
      return { id: before.Id, size: before.Size };
    }
    const dated = `${BASE_IMAGE}:${datedTag(built)}`;
    const what = { archive: shelf.archive(built.key), image: dated, changes: changesFor(built) };
    await store.import(what, { signal, onLine: (line) => report.line(line) });
    // Only now, so that an import that was cut off leaves the image before in its place.
    await store.tag(dated, LATEST);
    const image = await store.find(LATEST);
    if (!image)
      throw new MusterError('image.missing', { image: LATEST, host: shell.host, next: '/build base' });
    const tags = (await store.tags(BASE_IMAGE)).filter((tag) => /^\d{4}-\d\d-\d\d-[0-9a-f]{7}$/.test(tag));
    for (const tag of tags.slice(KEPT)) await store.remove(`${BASE_IMAGE}:${tag}`);
    report.note(`${BASE_IMAGE} ${humanSize(image.Size)} (${datedTag(built)})`);
    return { id: image.Id, size: image.Size };
  },
});
