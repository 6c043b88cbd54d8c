/** Removes versions that nobody needs any more: first nobody gets them, then their files go, then their records. */
import { type ImageVersion, library } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import type { Here } from '../step.ts';
import { candidateFile, lastBuilt } from './candidate.ts';
import type { Shelf } from './shelf.ts';
import { sweepBlobs, sweepUnfinished } from './sweep.ts';
import { retired, versionsInUse } from './use.ts';
import { indexBefore, promotionOf, versionsIn } from './versions.ts';

export interface Retirement {
  image: string;
  /** How many of the newest versions stay. */
  keep: number;
  shelf: Shelf;
  /** Only these, where they may still go. */
  only?: readonly ImageVersion[];
}

/** The versions that would go now, oldest first: never the promoted one, the one before it, nor what a machine boots or is to boot. */
export async function toRetire(
  image: string,
  keep: number,
  { state, config }: Pick<Here['beside'], 'state' | 'config'>,
): Promise<ImageVersion[]> {
  const versions = (await versionsIn(state, image)).map(({ manifest }) => manifest.version);
  const promotion = await promotionOf(state, image);
  const there = new Set(versions);
  const former = promotion?.before[indexBefore(promotion, there)];
  const needed = await versionsInUse(config, state);
  for (const step of [promotion?.now, former]) if (step) needed.add(step.version);
  return retired(versions, keep, needed);
}

/** Does it, and finishes what somebody was killed over; gives the versions that went. */
export async function retire(
  { image, keep, shelf, only }: Retirement,
  { beside, report }: Here,
): Promise<ImageVersion[]> {
  const { images, run, state } = beside;
  const by = await images.requester(run);
  const gone: ImageVersion[] = [];
  for (const version of await toRetire(image, keep, beside)) {
    if (only && !only.includes(version)) continue;
    const summary = messages().images.audit.removed({ version });
    if (await images.store.leave(version, { run, by, summary })) gone.push(version);
  }
  const { files, root } = shelf;
  for (const version of await images.store.leaving(image)) {
    const file = library(root).manifest(version);
    await files.remove([file, `${file}.minisig`]);
    await images.store.forget(version);
  }
  // Who was cut off between a manifest and its record has left what would keep its blobs for ever.
  for (const { run: other, version } of await images.store.numbers.abandoned(image, run)) {
    const file = library(root).manifest(version);
    await files.remove([file, `${file}.minisig`]);
    await images.store.numbers.abandon(image, other);
  }
  await dropCandidates(image, shelf, state);
  const blobs = await sweepBlobs(files, root);
  if (gone.length > 0) report.note(messages().images.notes.removed({ names: gone }));
  if (blobs > 0) report.line(messages().images.notes.swept({ count: blobs }));
  return gone;
}

/** What was built is needed once more only while it is what the next build would make. */
export async function dropCandidates(
  image: string,
  { files, root }: Shelf,
  state: Here['beside']['state'],
): Promise<void> {
  const built = await lastBuilt(state, image);
  if (!built) return;
  const newest = candidateFile(root, image, built.key);
  const folder = newest.slice(0, newest.lastIndexOf('/'));
  const names = await files.list(folder, '*.json');
  await sweepUnfinished(files, folder);
  await files.remove(names.map((name) => `${folder}/${name}`).filter((file) => file !== newest));
}
