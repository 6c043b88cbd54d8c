/** The base image on a test's engine within seconds: this machine's Node and init in the place of Debian's packages, all else as `/build base` makes it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, cp, mkdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { localShell } from '../src/adapters/local/shell.ts';
import { importBase } from '../src/jobs/build/import.ts';
import type { TestEngine } from './engine.ts';
import { desk } from './jobs/desk.ts';

const run = promisify(execFile);
const KEY = 'ba5eba5eba5eba5e';
const APPLETS = [
  'sh',
  'cat',
  'echo',
  'env',
  'id',
  'kill',
  'mkdir',
  'ps',
  'seq',
  'sleep',
  'test',
  'touch',
  'true',
];

/** Makes `muster/base`, with the program `hub` as it was built last; resolves with its layers. */
export async function importBaseImage(engine: Pick<TestEngine, 'root' | 'socket'>): Promise<string[]> {
  const root = join(engine.root, 'base-image');
  const shelf = join(root, 'images/base');
  const files = join(root, 'files');
  await makeRoot(files);
  await mkdir(join(shelf, KEY), { recursive: true });
  const archive = join(shelf, KEY, 'root.tar');
  await run('tar', ['--directory', files, '--sort=name', '--mtime=@0', '--create', '--file', archive, '.']);
  await rm(files, { recursive: true });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(archive)) hash.update(chunk as Buffer);
  const built = {
    ...{ key: KEY, sha256: hash.digest('hex'), bytes: (await stat(archive)).size },
    ...{ packages: [`nodejs ${process.versions.node}`], at: '2026-11-21T00:00:00.000Z' },
  };
  await writeFile(join(shelf, KEY, 'build.json'), JSON.stringify(built));
  await symlink(KEY, join(shelf, 'current'));
  const shell = localShell({ host: 'local' });
  try {
    const tools = { docker: { socket: engine.socket } };
    return (await importBase.perform({ host: 'local' }, desk(shell, root).context, tools)).layers;
  } finally {
    await shell.close();
    await rm(root, { recursive: true });
  }
}

/** busybox, Node with its libraries, an init, and the user `app`. */
async function makeRoot(folder: string): Promise<void> {
  const into = (path: string) => join(folder, path);
  for (const path of ['usr/bin', 'usr/lib', 'etc', 'var/lib', 'run', 'proc', 'dev', 'sys'])
    await mkdir(into(path), { recursive: true });
  await mkdir(into('tmp'));
  await chmod(into('tmp'), 0o1777);
  for (const name of ['bin', 'lib']) await symlink(`usr/${name}`, into(name));
  const [busybox, init] = await Promise.all(['busybox', 'docker-init'].map(which));
  await copyFile(busybox as string, into('usr/bin/busybox'));
  await copyFile(init as string, into('usr/bin/tini'));
  for (const applet of APPLETS) await symlink('busybox', into(`usr/bin/${applet}`));
  await mkdir(into('usr/lib/muster'));
  await copyFile(process.execPath, into('usr/lib/muster/node'));
  await symlink('../lib/muster/node', into('usr/bin/node'));
  const { stdout } = await run('ldd', [process.execPath]);
  for (const [, path] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    // Where the loader looks for it, whatever this machine's folders are links to.
    const place = into((path as string).replace(/^\/lib(?=\/|$)/, '/usr/lib'));
    await mkdir(dirname(place), { recursive: true });
    await cp(await realpath(path as string), place);
  }
  await writeFile(into('etc/passwd'), 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n');
  await writeFile(into('etc/group'), 'root:x:0:\napp:x:1000:\n');
}

const which = async (program: string): Promise<string> =>
  realpath((await run('which', [program])).stdout.trim());
