/** Removes what a build that was cut off left behind. */
import type { Shell } from '../../shell.ts';

/** The mount points inside a folder, deepest first, out of /proc/self/mounts (proc_pid_mounts(5)). */
export function mountsIn(folder: string, mounts: string): string[] {
  const points = mounts
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replace(/\\([0-7]{3})/g, (_, code) =>
        String.fromCharCode(parseInt(code, 8)),
      ),
    );
  return points.filter((point) => point.startsWith(`${folder}/`)).reverse();
}

/** Unmounts everything in a folder, then removes it without ever leaving its file system. Nothing where there is nothing. */
export async function discard(shell: Shell, folder: string): Promise<void> {
  const { stdout } = await shell.run(['cat', '/proc/self/mounts']);
  // Mounts are listed where they really are, also where a link leads there.
  const real = await shell.run(['realpath', '--canonicalize-missing', '--zero', '--', folder]);
  for (const point of mountsIn(real.stdout.split('\0')[0] || folder, stdout))
    await shell.run(['umount', '--lazy', '--', point]);
  await shell.run(['rm', '--recursive', '--force', '--one-file-system', '--', folder]);
}
