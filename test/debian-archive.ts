/** An archive of Debian packages of a test's own, as snapshot.debian.org keeps them: signed by a key of its own, whatever moment is asked for. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { sourcesFor } from '../src/adapters/mmdebstrap/sources.ts';

const run = promisify(execFile);
/** Where programs look for the keys that Debian signs with. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const DAY_MS = 24 * 3_600_000;
/** What is kept of each archive, and the suite in it: packages are in the first. */
const SUITES = { debian: ['', '-updates'], 'debian-security': ['-security'] } as const;

export interface TestArchive {
  /** What `mirror` is with `snapshot`. */
  address: string;
  /** Everything that was asked for, in turn: `200 PATH`, or another code. */
  asked: string[];
  /** Keeps the archive as it is at a moment, with a package `muster-proof` of a version besides, whose one file has that for content. */
  keep(moment: string, proof: string): Promise<void>;
  /** Goes before a program that is to take this archive's key for Debian's. */
  trusting: readonly string[];
  close(): Promise<void>;
}

/** One with the packages of `bookworm` that a build of these needs, fetched as the machine does. Takes some seconds. */
export async function openArchive(packages: readonly string[]): Promise<TestArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-archive-'));
  const [pool, keys] = [join(folder, 'pool'), join(folder, 'keys')];
  const remove = async () => {
    await endAgent(keys);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const prepared = async () => ({
    gpg: await makeKey(keys),
    known: await fetched(join(folder, 'apt'), pool, packages),
  });
  const { gpg, known } = await prepared().catch(async (error) => {
    await remove();
    throw error;
  });
  /** Files by their path below `archive`, and when they were kept. */
  const files = new Map<string, Buffer>();
  const kept: string[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const end = (code: number, headers = {}) => {
      asked.push(`${code} ${path}`);
      return response.writeHead(code, headers);
    };
    const [, name = '', moment = '', rest = ''] =
      /^\/archive\/(debian|debian-security)\/(\d{8}T\d{6}Z)\/(.+)$/.exec(path) ?? [];
    const newest = kept.findLast((one) => one <= moment);
    const content = files.get(`${name}/${moment}/${rest}`);
    const [, deb] = /^pool\/([\w.+~%-]+\.deb)$/.exec(rest) ?? [];
    if (newest === undefined) end(404).end();
    // As snapshot.debian.org does where nothing was kept just then.
    else if (newest !== moment) end(301, { location: `/archive/${name}/${newest}/${rest}` }).end();
    else if (content) end(200, { 'content-length': content.length }).end(content);
    else if (deb !== undefined && name === 'debian')
      void pipeline(createReadStream(join(pool, decodeURIComponent(deb))), end(200)).catch(() =>
        response.destroy(),
      );
    else end(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`;
  return {
    address,
    asked,
    async keep(moment, proof) {
      const own = await indexed(pool, [await makeProof(folder, pool, proof)]);
      for (const [name, parts] of Object.entries(SUITES))
        for (const part of parts) {
          const at = `${name}/${moment}/dists/bookworm${part}`;
          const index = Buffer.from(name === 'debian' && part === '' ? `${known}\n${own}\n` : '');
          const gz = gzipSync(index);
          files.set(`${at}/main/binary-amd64/Packages.gz`, gz);
          files.set(`${at}/InRelease`, await signed(gpg, release(`bookworm${part}`, moment, index, gz)));
        }
      await endAgent(keys);
      kept.push(moment);
      kept.sort();
    },
    trusting: [
      ...['unshare', '--mount', 'sh', '-c'],
      ...['mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', join(keys, 'public'), KEYRING],
    ],
    async close() {
      server.closeAllConnections();
      server.close();
      await remove();
    },
  };
}

/** What keeps a key is started whenever one signs; it would go on for ever where a test is killed. */
const endAgent = async (home: string): Promise<void> =>
  void (await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']).catch(() => {}));

/** The program with a key that it signs with. */
async function makeKey(home: string): Promise<string[]> {
  await mkdir(home, { mode: 0o700 });
  const words = ['--homedir', home, '--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback'];
  const gpg = ['gpg', ...words];
  await run('gpg', [...words, '--quick-generate-key', 'archive@example.org', 'ed25519', 'sign', 'never']);
  await run('gpg', [...words, '--output', join(home, 'public'), '--export']);
  return gpg;
}

/** Fetches what a build of these packages takes; gives its index (deb-src-control(5)). */
async function fetched(root: string, pool: string, packages: readonly string[]): Promise<string> {
  for (const path of [
    'etc/apt/sources.list.d',
    'etc/apt/preferences.d',
    'var/lib/apt/lists/partial',
    'var/lib/dpkg',
  ])
    await mkdir(join(root, path), { recursive: true });
  await mkdir(join(pool, 'partial'), { recursive: true });
  const status = join(root, 'var/lib/dpkg/status');
  await writeFile(status, '');
  await writeFile(join(root, 'etc/apt/sources.list.d/debian.sources'), sourcesFor('bookworm', ''));
  const options = [`Dir=${root}`, `Dir::State::status=${status}`, `Dir::Cache::archives=${pool}/`];
  const apt = (...words: string[]) =>
    run('apt-get', [
      ...[...options, 'APT::Architecture=amd64', 'Acquire::Languages=none'].flatMap((one) => ['-o', one]),
      ...['-qq', '-y', '--no-install-recommends', ...words],
    ]);
  await apt('update');
  await apt('--download-only', 'install', '?or(?essential,?priority(required))', 'apt', ...packages);
  return indexed(pool, (await readdir(pool)).filter((name) => name.endsWith('.deb')).sort());
}

/** The index of some files of the pool. */
async function indexed(pool: string, names: readonly string[]): Promise<string> {
  const entries: string[] = [];
  for (const name of names) {
    const content = await readFile(join(pool, name));
    const { stdout } = await run('dpkg-deb', ['--field', join(pool, name)]);
    const sum = createHash('sha256').update(content).digest('hex');
    entries.push(`${stdout.trimEnd()}\nFilename: pool/${name}\nSize: ${content.length}\nSHA256: ${sum}\n`);
  }
  return entries.join('\n');
}

async function makeProof(folder: string, pool: string, version: string): Promise<string> {
  const root = join(folder, `proof-${version}`);
  await mkdir(join(root, 'DEBIAN'), { recursive: true });
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/muster-proof'), version);
  const fields = ['Package: muster-proof', `Version: ${version}`, 'Architecture: all'];
  const words = ['Maintainer: Muster <archive@example.org>', 'Description: tells which version it is'];
  await writeFile(join(root, 'DEBIAN/control'), `${[...fields, ...words].join('\n')}\n`);
  const name = `muster-proof_${version}_all.deb`;
  await run('dpkg-deb', ['--build', '--root-owner-group', root, join(pool, name)]);
  return name;
}

/** As Debian has it for what changes daily: out of date a week later. */
function release(suite: string, moment: string, index: Buffer, gz: Buffer): string {
  const at = Date.parse(moment.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  const sum = (content: Buffer, name: string) =>
    ` ${createHash('sha256').update(content).digest('hex')} ${content.length} main/binary-amd64/${name}`;
  return [
    ...['Origin: Debian', 'Label: Debian', `Suite: ${suite}`, `Codename: ${suite}`],
    `Date: ${new Date(at).toUTCString()}`,
    `Valid-Until: ${new Date(at + 7 * DAY_MS).toUTCString()}`,
    ...['Architectures: amd64', 'Components: main', 'SHA256:'],
    ...[sum(index, 'Packages'), sum(gz, 'Packages.gz'), ''],
  ].join('\n');
}

async function signed([program = '', ...words]: readonly string[], text: string): Promise<Buffer> {
  const child = run(program, [...words, '--clearsign'], { encoding: 'buffer' });
  child.child.stdin?.end(text);
  return (await child).stdout;
}
