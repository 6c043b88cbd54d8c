/** Images: what a build takes beside the bare programs and beside live-build, with the same packages, and whether two are the same. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localShell } from '../../src/adapters/local/shell.ts';
import { discard } from '../../src/adapters/mmdebstrap/discard.ts';
import { WITHOUT_DOCUMENTATION } from '../../src/adapters/mmdebstrap/dpkg.ts';
import { squashfsArgv } from '../../src/adapters/packing/commands.ts';
import { loadConfig } from '../../src/config/load.ts';
import { digestOf } from '../../src/jobs/image/blueprint.ts';
import { buildImage } from '../../src/jobs/image/build.ts';
import { Candidate, candidateFile } from '../../src/jobs/image/candidate.ts';
import { blueprintOf } from '../../src/jobs/image/drawn.ts';
import { MACHINE_PACKAGES } from '../../src/jobs/image/machine-side.ts';
import { desk } from '../../test/jobs/desk.ts';
import type { Area } from '../figure.ts';

const run = promisify(execFile);
const IMAGE = 'debian-live';
const CONFIG = join(import.meta.dirname, '../../config');
const EPOCH = 1_686_355_200;
const MOST_OUTPUT = 64 * 1024 * 1024;

const DEBIAN = 'http://deb.debian.org/debian/';
const SECURITY = 'http://deb.debian.org/debian-security/';
/** As little as live-build does, compressed as images are. */
const LIVE = [
  ...[
    '--distribution',
    'bookworm',
    '--archive-areas',
    'main',
    '--architectures',
    'amd64',
    '--linux-flavours',
    'amd64',
  ],
  ...['--mirror-bootstrap', DEBIAN, '--mirror-chroot', DEBIAN, '--mirror-binary', DEBIAN],
  ...['--mirror-chroot-security', SECURITY, '--mirror-binary-security', SECURITY],
  ...['--parent-mirror-chroot-security', SECURITY],
  ...['--apt-recommends', 'false', '--apt-indices', 'false', '--cache', 'false', '--memtest', 'none'],
  ...['--debian-installer', 'none', '--firmware-chroot', 'false', '--firmware-binary', 'false'],
  ...['--binary-images', 'tar', '--bootloaders', ''],
  ...['--chroot-squashfs-compression-type', 'zstd', '--chroot-squashfs-compression-level', '9'],
];

/** At small size nothing: each build takes a minute, and the tests build one anyway. */
export const builds: Area = async function* ({ small }) {
  if (small) return;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-builds-'));
  try {
    const config = await loadConfig(CONFIG);
    const packages = [...new Set([...config.images[IMAGE]!.packages, ...MACHINE_PACKAGES])].sort();
    // What is fetched first is in the caches of whatever is between: nobody is measured by that.
    await bare(join(folder, 'warm'), packages);
    const bareMs = await bare(join(folder, 'bare'), packages);
    const first = await muster(join(folder, 'first'));
    const second = await muster(join(folder, 'second'));
    const ms = Math.min(first.ms, second.ms);
    const ratio = ms / bareMs;
    yield {
      ...{ name: `a build of ${IMAGE}`, goal: '<= 1.15 x mmdebstrap + mksquashfs', unit: 'ms', measured: ms },
      ...{ peer: { name: 'mmdebstrap + mksquashfs', value: bareMs }, ok: ratio <= 1.15 },
    };
    const differing = Object.keys(first.parts).filter((part) => first.parts[part] !== second.parts[part]);
    yield {
      ...{ name: 'parts that differ between two builds', goal: '0', unit: '', measured: differing.length },
      ok: differing.length === 0,
    };
    const liveMs = await liveBuild(join(folder, 'live'), packages);
    yield {
      ...{ name: `a build of ${IMAGE}`, goal: '<= 0.5 x live-build', unit: 'ms', measured: ms },
      ...{ peer: { name: 'live-build', value: liveMs }, ok: ms * 2 <= liveMs },
    };
  } finally {
    // live-build leaves the system's own trees mounted where it was not done: nothing in them may be touched.
    const shell = localShell({ host: 'local' });
    await discard(shell, folder).finally(() => shell.close());
  }
};

/** The programs alone, told to leave out what images leave out; ms. */
async function bare(folder: string, packages: readonly string[]): Promise<number> {
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH), TMPDIR: folder };
  const options = { env, cwd: folder, maxBuffer: MOST_OUTPUT };
  const began = performance.now();
  const include = `--include=${packages.join(',')}`;
  const less = WITHOUT_DOCUMENTATION.map((option) => `--dpkgopt=${option}`);
  const merged = '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr';
  const argv = ['--variant=minbase', include, ...less, merged, 'bookworm', join(folder, 'root.tar')];
  await run('mmdebstrap', argv, options);
  const [program, ...words] = squashfsArgv(join(folder, 'root.tar'), join(folder, 'root.squashfs'));
  await run(program!, words, options);
  return performance.now() - began;
}

/** The step as it runs on a host, on a library of its own. */
async function muster(root: string): Promise<{ ms: number; parts: Record<string, string> }> {
  await mkdir(root, { recursive: true });
  const blueprint = await blueprintOf(await loadConfig(CONFIG), IMAGE, {});
  const shell = localShell({ host: 'local' });
  const began = performance.now();
  const input = { host: 'local', image: IMAGE, digest: digestOf(blueprint), keys: {}, blueprint };
  const { key } = await buildImage.perform(input, desk(shell, root).context, {});
  const ms = performance.now() - began;
  await shell.close();
  const { parts } = Candidate.parse(JSON.parse(await readFile(candidateFile(root, IMAGE, key), 'utf8')));
  return { ms, parts: Object.fromEntries(Object.entries(parts).map(([part, { sha256 }]) => [part, sha256])) };
}

/** The same packages by Debian's own tool, with the same compression; ms. */
async function liveBuild(folder: string, packages: readonly string[]): Promise<number> {
  await mkdir(folder, { recursive: true });
  const options = { cwd: folder, maxBuffer: MOST_OUTPUT };
  const began = performance.now();
  await run('lb', ['config', ...LIVE], options);
  const list = packages.filter((name) => !name.startsWith('linux-image-'));
  await writeFile(join(folder, 'config/package-lists/own.list.chroot'), `${list.join('\n')}\n`);
  // As far as the squashfs; a medium to boot from is not asked for.
  for (const step of ['bootstrap', 'chroot', 'binary_chroot', 'binary_rootfs'])
    await run('lb', [step], options);
  return performance.now() - began;
}
