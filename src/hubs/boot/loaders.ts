/** The programs that firmware loads, by which it becomes iPXE: Debian's, or the operator's own. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../../errors.ts';

/** What each kind of firmware loads; the file's name where Debian has it. Debian has none for arm64. */
const LOADERS = {
  bios: 'undionly.kpxe',
  x64: 'snponly.efi',
  arm64: 'snponly-arm64.efi',
} as const;

const DEBIAN = '/usr/lib/ipxe';

export interface LoaderSet {
  /** The names of those that there are. */
  names: { bios?: string; x64?: string; arm64?: string };
  /** One by its name; undefined where there is none. */
  get(name: string): Promise<Buffer | undefined>;
  /** Puts them where dnsmasq gives them out: it reads as nobody. */
  place(folder: string): Promise<void>;
}

/** Those in `folders`, the first of each name. Rejects with `boot.loaders` where there is none for a PC at all. */
export async function openLoaders(folders: readonly string[]): Promise<LoaderSet> {
  const found = new Map<string, Buffer>();
  const names: LoaderSet['names'] = {};
  for (const [kind, name] of Object.entries(LOADERS))
    for (const folder of [...folders, DEBIAN]) {
      const content = await readFile(join(folder, name)).catch(() => undefined);
      if (!content || found.has(name)) continue;
      found.set(name, content);
      names[kind as keyof typeof LOADERS] = name;
    }
  if (found.size === 0) throw new MusterError('boot.loaders', { folder: DEBIAN });
  return {
    names,
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
