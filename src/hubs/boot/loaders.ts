/** The programs that firmware loads, by which it becomes iPXE: Debian's, or the operator's own. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Firmware } from '../../boot.ts';
import { MusterError } from '../../errors.ts';

/** What each kind of firmware loads: the first of these names that there is. Debian has one for arm64 since Debian 13, which brings drivers of its own. */
const LOADERS = {
  bios: ['undionly.kpxe'],
  x64: ['snponly.efi'],
  arm64: ['snponly-arm64.efi', 'ipxe-arm64.efi'],
} as const;
type Kind = keyof typeof LOADERS;

const KINDS: Readonly<Record<Firmware, Kind>> = {
  bios: 'bios',
  'efi-x64': 'x64',
  'efi-x64-http': 'x64',
  'efi-arm64': 'arm64',
  'efi-arm64-http': 'arm64',
};

const DEBIAN = '/usr/lib/ipxe';

export interface LoaderSet {
  /** The names of those that there are. */
  names: { [kind in Kind]?: string };
  /** The name of the one that such firmware would load, where there is none for it. */
  lacks(firmware: Firmware): string | undefined;
  /** One by its name; undefined where there is none. */
  get(name: string): Promise<Buffer | undefined>;
  /** Puts them where dnsmasq gives them out: it reads as nobody. */
  place(folder: string): Promise<void>;
}

/** Those in `folders`, the first of each name. Rejects with `boot.loaders` where there is none for a PC at all. */
export async function openLoaders(folders: readonly string[]): Promise<LoaderSet> {
  const found = new Map<string, Buffer>();
  const names: LoaderSet['names'] = {};
  for (const kind of Object.keys(LOADERS) as Kind[])
    for (const [folder, name] of [...folders, DEBIAN].flatMap((one) =>
      LOADERS[kind].map((name) => [one, name] as const),
    )) {
      const content = names[kind] ? undefined : await readFile(join(folder, name)).catch(() => undefined);
      if (!content) continue;
      found.set(name, content);
      names[kind] = name;
    }
  if (found.size === 0) throw new MusterError('boot.loaders', { folder: DEBIAN });
  return {
    names,
    lacks: (firmware) => (names[KINDS[firmware]] ? undefined : LOADERS[KINDS[firmware]][0]),
    get: async (name) => found.get(name),
    async place(folder) {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      await chmod(folder, 0o755);
      for (const [name, content] of found) {
        const fresh = join(folder, `.${name}.new`);
        await writeFile(fresh, content, { mode: 0o644 });
        await chmod(fresh, 0o644);
        await rename(fresh, join(folder, name));
      }
    },
  };
}
