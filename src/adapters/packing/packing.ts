/** Root file systems as machines and containers take them, on one host. */
import type { RunOptions } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { gzipArgv, isNoise, squashfsArgv, xzArgv } from './commands.ts';

type Watch = Pick<RunOptions, 'onLine' | 'signal'>;

export const packing = defineAdapter({
  name: 'packing',
  about: 'Root file systems as squashfs, tar.xz and tar.gz',
  options: noOptions,
  open: ({ shell }) => ({
    /** Makes a squashfs of an archive; nothing in it is younger than `epoch`, seconds since 1970. */
    async squashfs(tar: string, target: string, epoch: number, { onLine, signal }: Watch): Promise<void> {
      await shell.run(squashfsArgv(tar, target), {
        env: { SOURCE_DATE_EPOCH: String(epoch) },
        signal,
        onLine: (line, stream) => {
          if (!isNoise(line)) onLine?.(line, stream);
        },
      });
    },
    /** Compresses an archive so that machines unpack it into memory. */
    async xz(tar: string, target: string, watch: Watch): Promise<void> {
      await shell.run(xzArgv(tar, target), watch);
    },
    /** Compresses an archive for `docker import`. */
    async gzip(tar: string, target: string, watch: Watch): Promise<void> {
      await shell.run(gzipArgv(tar, target), watch);
    },
    /** The version of mksquashfs, like `4.5.1`. */
    async version(): Promise<string> {
      const { stdout } = await shell.run(['mksquashfs', '-version']);
      return /version (\S+)/.exec(stdout)?.[1] ?? '';
    },
  }),
  probe: (packer) => packer.version(),
});
