/** Images in a library, and in live state as a build and a promotion leave them: of a few bytes each, as simulated machines boot them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bootable } from '../src/boot.ts';
import { type ImageVersion, imageOf, library } from '../src/image.ts';
import { PROMOTIONS, VERSIONS } from '../src/jobs/image/versions.ts';
import type { LiveState } from '../src/jobs/step.ts';

export interface BootLibrary {
  /** Puts a version into the library; of one that is bad, a byte of its root file system is another one. */
  publish(version: ImageVersion, more?: { bad?: boolean; gate?: string[] }): Promise<void>;
  /** Puts a version on record whose blobs are in the library already. */
  record(bootable: Bootable, gate?: string[]): Promise<void>;
  promote(version: ImageVersion): Promise<void>;
}

/** The library below the folder of the host `local`. */
export async function openBootLibrary(
  folder: string,
  state: Pick<LiveState, 'get' | 'set'>,
): Promise<BootLibrary> {
  const places = library(folder);
  await mkdir(join(places.folder, 'blobs'), { recursive: true });
  const blob = async (text: string, bad = false) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    await writeFile(places.blob(sha256), bad ? `X${text.slice(1)}` : text);
    return { sha256, bytes: text.length };
  };
  const record: BootLibrary['record'] = async (bootable, gate = []) => {
    const { version, kernel, initrd, root, format, kernelLine } = bootable;
    const parts = { kernel, initrd, [format]: root };
    const at = new Date().toISOString();
    const manifest = {
      version,
      image: imageOf(version),
      architecture: 'amd64',
      at,
      key: '0'.repeat(16),
      parts,
    };
    await state.set(VERSIONS, version, {
      manifest: { ...manifest, packages: [], kernelLine },
      ...{ host: 'local', run: 'r-1', by: 'reem', ms: 1, gate, publicKey: '' },
    });
  };
  return {
    record,
    async publish(version, { bad = false, gate } = {}) {
      const bootable = {
        ...{ version, format: 'squashfs' as const, kernelLine: '' },
        kernel: await blob(`kernel ${version} `),
        initrd: await blob(`initrd ${version} `),
        root: await blob(`root ${version} ${'x'.repeat(10_000)}`, bad),
      };
      await record(bootable, gate);
    },
    async promote(version) {
      const { now, before } = ((await state.get(PROMOTIONS, imageOf(version))) ?? {}) as {
        now?: object;
        before?: object[];
      };
      const step = { version, at: new Date().toISOString(), run: 'r-1', by: 'reem' };
      await state.set(PROMOTIONS, imageOf(version), {
        now: step,
        before: [...(before ?? []), ...(now ? [now] : [])],
        left: [],
      });
    },
  };
}
