/**
 * The versions of images there are, which are promoted, and what became of them when they were tried. They are written by
 * `ImageStore`, and read from live state. State families `images` and `promotions`.
 */
import { z } from 'zod';
import type { Bootable } from '../../boot.ts';
import { byVersion, ImageVersion, imageOf, Manifest, rootOf } from '../../image.ts';
import { HostName } from '../../names.ts';
import type { LiveState } from '../live-state.ts';
import { GATES } from './candidate.ts';

/** version -> what is known of it. */
export const VERSIONS = 'images';
/** image -> which version of it is given out. */
export const PROMOTIONS = 'promotions';

/** A version on record: from then on it is there for everybody, as its blobs and its manifest lie in the library. */
export const ImageRecord = z.object({
  manifest: Manifest,
  /** Where it lies. */
  host: HostName,
  /** The run that published it, and in whose name. */
  run: z.string(),
  by: z.string(),
  /** What its build took, ms. */
  ms: z.number(),
  /** With which firmware it is to be tried. */
  gate: z.array(z.enum(GATES)),
  /** The public half of the key that signed its manifest, `RW…`. */
  publicKey: z.string(),
  /** Whether it is being removed: nobody gets it any more. */
  leaving: z.boolean().default(false),
});
export type ImageRecord = z.output<typeof ImageRecord>;

const Step = z.object({
  version: ImageVersion,
  /** When, UTC, ISO 8601; in which run, and in whose name. */
  at: z.string(),
  run: z.string(),
  by: z.string(),
  /** Whether its tries did not count. */
  forced: z.boolean().default(false),
});
export type Step = z.output<typeof Step>;

const Standing = z.object({
  now: Step,
  /** What was promoted before, the oldest first: a rollback takes the last one. */
  before: z.array(Step),
  /** What was rolled back from: by itself it does not come back. */
  left: z.array(ImageVersion),
});

/** Which version of an image is given out, and how that was before the last change. */
export const Promotion = Standing.extend({ former: Standing.optional() });
export type Promotion = z.output<typeof Promotion>;

/** Every version on record, by its name, older ones first; those that are being removed are left out. One that another Muster wrote and this one cannot read is, too. */
export async function versionsIn(state: Pick<LiveState, 'all'>, image?: string): Promise<ImageRecord[]> {
  return Object.entries(await state.all(VERSIONS))
    .flatMap(([version, value]) => {
      if (image !== undefined && imageOf(version) !== image) return [];
      const { data } = ImageRecord.safeParse(value);
      return data && !data.leaving ? [data] : [];
    })
    .sort((a, b) => byVersion(a.manifest.version, b.manifest.version));
}

/** One version; undefined where there is none of that name. */
export async function versionIn(
  state: Pick<LiveState, 'get'>,
  version: ImageVersion,
): Promise<ImageRecord | undefined> {
  const { data } = ImageRecord.safeParse(await state.get(VERSIONS, version));
  return data?.leaving ? undefined : data;
}

/** Which version of an image is promoted; undefined before the first. */
export async function promotionOf(
  state: Pick<LiveState, 'get'>,
  image: string,
): Promise<Promotion | undefined> {
  return Promotion.safeParse(await state.get(PROMOTIONS, image)).data;
}

/** Every image that has a promoted version. */
export async function promotionsIn(state: Pick<LiveState, 'all'>): Promise<Map<string, Promotion>> {
  const entries = Object.entries(await state.all(PROMOTIONS)).flatMap(([image, value]) => {
    const { data } = Promotion.safeParse(value);
    return data ? [[image, data] as const] : [];
  });
  return new Map(entries);
}

/** Where a rollback goes, in what was promoted before; below zero where nothing of that is there any more. */
export const indexBefore = (
  promotion: Pick<Promotion, 'now' | 'before'> | undefined,
  there: ReadonlySet<ImageVersion>,
): number =>
  promotion?.before.findLastIndex(({ version }) => there.has(version) && version !== promotion.now.version) ??
  -1;

/** A version as machines boot it; undefined where it has no kernel, initrd and root file system. */
export function bootableOf({ manifest }: Pick<ImageRecord, 'manifest'>): Bootable | undefined {
  const { version, kernelLine, parts } = manifest;
  const root = rootOf(manifest);
  const { kernel, initrd } = parts;
  if (!kernel || !initrd || !root) return undefined;
  return { version, kernel, initrd, root: root.blob, format: root.format, kernelLine };
}

/** What machines may boot. */
export interface Bootables {
  /** The promoted version of an image; undefined where there is none, or none that boots. */
  promoted(image: string): Promise<Bootable | undefined>;
  /** A version by its name; undefined where it is gone, or is none that boots. */
  bootable(version: ImageVersion): Promise<Bootable | undefined>;
  /**
   * What a machine gets where this version did not boot: the version promoted before it; where it never was promoted, the promoted
   * one. Undefined where there is none.
   */
  before(version: ImageVersion): Promise<Bootable | undefined>;
}

/** What machines may boot, as live state has it. */
export function bootables(state: Pick<LiveState, 'get'>): Bootables {
  const bootable = async (version: ImageVersion) => {
    const record = await versionIn(state, version);
    return record && bootableOf(record);
  };
  return {
    bootable,
    async promoted(image) {
      const promotion = await promotionOf(state, image);
      return promotion && bootable(promotion.now.version);
    },
    async before(version) {
      const promotion = await promotionOf(state, imageOf(version));
      if (!promotion) return undefined;
      const line = [...promotion.before, promotion.now].map((step) => step.version);
      const at = line.lastIndexOf(version);
      for (const earlier of (at < 0 ? line : line.slice(0, at)).toReversed()) {
        const found = earlier === version ? undefined : await bootable(earlier);
        if (found) return found;
      }
      return undefined;
    },
  };
}
