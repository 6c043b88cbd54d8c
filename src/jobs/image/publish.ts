/** Makes a version of what was built: its blobs where machines fetch them, its bill of materials, its signed manifest, and only then its record. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { asMusterError, MusterError } from '../../errors.ts';
import { type ImageVersion, library, type Manifest } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { publicLine } from '../../minisign.ts';
import { HostName, ImageName } from '../../names.ts';
import { manifestSignature, manifestText } from '../../signed-manifest.ts';
import { humanDuration, humanSize } from '../../units.ts';
import { defineStep, type Here } from '../step.ts';
import { Candidate, candidateFile, lastBuilt } from './candidate.ts';
import { gather } from './copy.ts';
import type { ImageDesk } from './desk.ts';
import { differences, sizeOf } from './differences.ts';
import { dropCandidates, retire } from './retire.ts';
import { type Shelf, shelfOn } from './shelf.ts';
import { sweepBlobs } from './sweep.ts';
import { type ImageRecord, promotionOf, versionIn, versionsIn } from './versions.ts';

export const publishImage = defineStep({
  name: 'image.publish',
  input: z.strictObject({
    /** The host that built it. */
    host: HostName,
    /** The host that machines boot from. */
    to: HostName,
    image: ImageName,
    /** How many versions stay. */
    keep: z.number().int().positive(),
  }),
  uses: {},
  timeout: '1h',
  title: ({ image, to }) => messages().images.steps.publish({ image, host: to }),
  run: () => Promise.reject(new MusterError('internal', { message: 'image.publish' })),
  async here({ host, to, image, keep }, context) {
    const { beside, report, signal } = context;
    const { state, run, images } = beside;
    const built = await lastBuilt(state, image);
    if (built?.run !== run || built.host !== host) throw new MusterError('image.notbuilt', { image, host });
    const from = await shelfOn(host, context);
    const target = host === to ? from : await shelfOn(to, context);
    const candidate = await candidateOn(from, image, built.key);
    const known = (await versionsIn(state, image)).findLast(({ manifest }) => manifest.key === built.key);
    if (known && known.run !== run && known.host === to && isSame(known.manifest, candidate)) {
      report.note(messages().images.notes.same({ version: known.manifest.version }));
      return { version: known.manifest.version };
    }
    const watch = { signal, onProgress: (share: number) => report.progress(share * 0.95) };
    await gather(candidate, from, target, watch);
    const record = await recordOf(candidate, target, run, images, signal);
    await images.store.publish(record, {
      run,
      by: await images.requester(run),
      summary: messages().images.audit.published({ version: record.manifest.version }),
    });
    await tell(record, context);
    await cleared({ image, keep, from, to: target }, context);
    return { version: record.manifest.version };
  },
});

/** Has what nobody needs any more go, on both hosts. Whatever is in the way of that: the version is there. */
async function cleared(
  { image, keep, from, to }: { image: string; keep: number; from: Shelf; to: Shelf },
  context: Here,
): Promise<void> {
  try {
    await retire({ image, keep, shelf: to }, context);
    if (from === to) return;
    await dropCandidates(image, from, context.beside.state);
    await sweepBlobs(from.files, from.root);
  } catch (error) {
    context.signal.throwIfAborted();
    context.report.line(asMusterError(error).message);
  }
}

async function candidateOn({ host, files, root }: Shelf, image: string, key: string): Promise<Candidate> {
  const text = await files.read(candidateFile(root, image, key));
  if (text === undefined) throw new MusterError('image.notbuilt', { image, host });
  return Candidate.parse(JSON.parse(text));
}

/** Whether a version consists of what was built: the bill of materials is none of that. */
function isSame(manifest: Manifest, candidate: Candidate): boolean {
  const { sbom: _, ...parts } = manifest.parts;
  const names = [
    ...new Set([...Object.keys(parts), ...Object.keys(candidate.parts)]),
  ] as (keyof typeof parts)[];
  return (
    manifest.kernelLine === candidate.kernelLine &&
    names
      .filter((part) => (part as string) !== 'sbom')
      .every((part) => parts[part]?.sha256 === candidate.parts[part]?.sha256)
  );
}

/** Gives it its number and writes what is written of it: the manifest last, so that nobody sees half of it. The same again writes the same. */
async function recordOf(
  { ms, epoch, gate, ...built }: Candidate,
  { host, root, files }: Shelf,
  run: string,
  images: ImageDesk,
  signal: AbortSignal,
): Promise<ImageRecord> {
  const place = library(root);
  const put = async (path: string, text: string) => files.take(await files.stage(path, text, signal), path);
  // Only here: it would be read at each start.
  const { sbomOf } = await import('./sbom.ts');
  const sbom = sbomOf({ ...built, epoch });
  const blob = { sha256: createHash('sha256').update(sbom).digest('hex'), bytes: Buffer.byteLength(sbom) };
  await put(place.blob(blob.sha256), sbom);
  const version = await images.store.numbers.next(built.image, run, built.at.slice(0, 10));
  const manifest: Manifest = { ...built, version, parts: { ...built.parts, sbom: blob } };
  const [text, key] = [manifestText(manifest), await images.key()];
  const file = place.manifest(version);
  await put(`${file}.minisig`, manifestSignature(text, version, key));
  await put(file, text);
  const { person } = await images.requester(run);
  const publicKey = publicLine(key);
  return { manifest, host, run, by: person, ms, gate, publicKey, leaving: false };
}

/** For the card: how big it is, and what changed since the version that machines have. */
async function tell({ manifest, ms }: ImageRecord, { beside, report }: Here): Promise<void> {
  const { version, image } = manifest;
  const { notes } = messages().images;
  const before = await formerOf(beside.state, image, version);
  const bytes = sizeOf(manifest);
  const more = before ? difference(bytes - sizeOf(before.manifest)) : '';
  report.note(notes.published({ version, time: humanDuration(ms), size: humanSize(bytes), more }));
  if (!before) return;
  const { newer, older, added, removed } = differences(before.manifest, manifest);
  const names = (changes: typeof newer) => changes.map(({ name, after }) => `${name} ${after}`);
  const since = before.manifest.version;
  report.note(notes.packages({ since, newer: names(newer), older: names(older), added, removed }));
}

/** `+400 kB`; nothing where there is no difference. */
const difference = (bytes: number): string =>
  bytes === 0 ? '' : `${bytes < 0 ? '-' : '+'}${humanSize(Math.abs(bytes))}`;

/** The version that a new one is compared with: the promoted one, or else the one before it. */
async function formerOf(
  state: Here['beside']['state'],
  image: string,
  version: ImageVersion,
): Promise<ImageRecord | undefined> {
  const promoted = (await promotionOf(state, image))?.now.version;
  const found = promoted === undefined || promoted === version ? undefined : await versionIn(state, promoted);
  if (found) return found;
  return (await versionsIn(state, image)).findLast(({ manifest }) => manifest.version !== version);
}
