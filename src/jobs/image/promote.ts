/** Has machines get a version of an image from now on, or again the one before; their runs take that back where they fail later. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { ImageVersion, library, type Manifest } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, ImageName } from '../../names.ts';
import { verifyManifest } from '../../signed-manifest.ts';
import { type Beside, defineStep, type Here } from '../step.ts';
import { lastBuilt } from './candidate.ts';
import { gatesOf, missingGates } from './gates.ts';
import { holds, shelfOn } from './shelf.ts';
import { type ImageRecord, promotionOf, versionIn, versionsIn } from './versions.ts';

/** The version that a run has made, or found that it need not make. Rejects with `image.notbuilt` where it has done neither. */
export async function versionOfRun(
  image: string,
  { state, run }: Pick<Beside, 'state' | 'run'>,
): Promise<ImageRecord> {
  const built = await lastBuilt(state, image);
  const found =
    built?.run === run
      ? (await versionsIn(state, image)).findLast(({ manifest }) => manifest.key === built.key)
      : undefined;
  if (!found) throw new MusterError('image.notbuilt', { image, host: built?.host });
  return found;
}

/** Rejects with `image.gate` where a version has still to boot with some firmware; its last lines are what the console showed. */
export async function demandGates(record: ImageRecord, state: Beside['state']): Promise<void> {
  const { version } = record.manifest;
  const outcomes = await gatesOf(state, version);
  const [firmware] = missingGates(record, outcomes);
  if (firmware === undefined) return;
  const outcome = outcomes[firmware];
  const facts = { version, firmware: messages().images.firmware[firmware], cause: outcome?.cause };
  throw new MusterError(outcome ? 'image.gate' : 'image.untried', facts, { lines: outcome?.console ?? [] });
}

export const promoteImage = defineStep({
  name: 'image.promote',
  input: z.strictObject({
    /** The host that machines boot from. */
    host: HostName,
    image: ImageName,
    /** By default the version that the run has made. */
    version: ImageVersion.optional(),
    /** Whether it need not have booted. */
    force: z.boolean().default(false),
  }),
  uses: {},
  timeout: '10m',
  title: ({ image, version }) => messages().images.steps.promote({ version: version ?? image }),
  run: () => Promise.reject(new MusterError('internal', { message: 'image.promote' })),
  async here({ host, image, version, force }, context) {
    const { beside, report } = context;
    const { state, run, images, direction } = beside;
    const by = await images.requester(run);
    const { audit, notes } = messages().images;
    if (direction === 'undo') {
      const summary = audit.takenBack({ image });
      const back = await images.store.takeBack(image, { run, by, summary });
      if (back !== undefined) report.note(notes.promotedAgain({ version: back }));
      return undefined;
    }
    const record =
      version === undefined ? await versionOfRun(image, beside) : await versionIn(state, version);
    if (!record) throw new MusterError('image.unknown', { version });
    const name = record.manifest.version;
    const promotion = await promotionOf(state, image);
    // What somebody rolled back from does not come back with the next night.
    if (version === undefined && promotion?.left.includes(name)) {
      report.note(notes.left({ version: name, promoted: promotion.now.version }));
      return { version: promotion.now.version };
    }
    if (!force) await demandGates(record, state);
    await verify(record, host, context);
    const summary = (force ? audit.forced : audit.promoted)({ version: name });
    const { before, changed } = await images.store.promote(name, { run, by, summary }, force);
    report.note(changed ? notes.promoted({ version: name, before }) : notes.isPromoted({ version: name }));
    return { version: name };
  },
  undo: async () => undefined,
});

export const rollBackImage = defineStep({
  name: 'image.rollback',
  input: z.strictObject({
    host: HostName,
    image: ImageName,
    /** The version that was promoted before. */
    to: ImageVersion,
  }),
  uses: {},
  timeout: '10m',
  title: ({ to }) => messages().images.steps.rollback({ version: to }),
  run: () => Promise.reject(new MusterError('internal', { message: 'image.rollback' })),
  async here({ host, image, to }, context) {
    const { beside, report } = context;
    const { state, run, images, direction } = beside;
    const by = await images.requester(run);
    const { audit, notes } = messages().images;
    if (direction === 'undo') {
      const back = await images.store.takeBack(image, { run, by, summary: audit.takenBack({ image }) });
      if (back !== undefined) report.note(notes.promotedAgain({ version: back }));
      return undefined;
    }
    const record = await versionIn(state, to);
    if (!record) throw new MusterError('image.unknown', { version: to });
    await verify(record, host, context);
    const from = await images.store.rollBack(image, to, {
      run,
      by,
      summary: audit.rolledBack({ version: to }),
    });
    report.note(notes.rolledBack({ from, to }));
    return { version: to };
  },
  undo: async () => undefined,
});

/** Whether all of a version lies where machines fetch it, byte by byte, under Muster's own signature. Rejects with `image.forged` or `image.blob`. */
export async function verify(
  record: ImageRecord,
  host: string,
  context: Pick<Here, 'place' | 'signal' | 'report'>,
): Promise<void> {
  const { manifest: known, publicKey } = record;
  const { version, image } = known;
  const shelf = await shelfOn(host, context);
  const file = library(shelf.root).manifest(version);
  const [text, signature] = await Promise.all([shelf.files.read(file), shelf.files.read(`${file}.minisig`)]);
  if (text === undefined || signature === undefined) throw new MusterError('image.forged', { version });
  const manifest = verifyManifest(version, { text, signature, publicKey });
  if (manifest.key !== known.key || !namesSame(manifest, known))
    throw new MusterError('image.forged', { version });
  for (const [part, blob] of Object.entries(manifest.parts)) {
    if (await holds(shelf, blob, context.signal)) continue;
    throw new MusterError('image.blob', { image, part, host, sha256: blob.sha256.slice(0, 12) });
  }
}

const namesSame = (one: Manifest, other: Manifest): boolean =>
  JSON.stringify(Object.entries(one.parts).sort()) === JSON.stringify(Object.entries(other.parts).sort());
