import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { MACHINE, run, SHELLS, type ShellName, serving } from './sh.ts';

const CONTENT = randomBytes(300_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const SOURCED = `. "${MACHINE}/initramfs/muster"\n`;

describe('an initramfs', { concurrency: true }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-root-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Gives out the content, as `give` has it, and gathers what is told. */
  async function fetched(
    script: string,
    give: (response: ServerResponse, from: number, time: number) => void,
    env: Record<string, string> = {},
  ) {
    const told: Record<string, string>[] = [];
    let time = 0;
    const server = await serving((request, response, body) => {
      if (request.method === 'POST') {
        told.push(Object.fromEntries(new URLSearchParams(body)));
        return void response.end();
      }
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      give(response, from, time++);
    });
    const file = join(folder, randomBytes(4).toString('hex'));
    try {
      const words = `BOOT_URL=${server.url}/b; root_sha256=${SHA256}; root_bytes=${CONTENT.length}; panic=1\n`;
      const args = [`${server.url}/root`, file];
      const { code } = await run('busybox', `${SOURCED}${words}${script}`, env, args);
      const content = await readFile(file).catch(() => undefined);
      return { code, told, asked: time, whole: content?.equals(CONTENT) ?? false, kept: content?.length };
    } finally {
      await server.close();
    }
  }

  const whole = (response: ServerResponse, from = 0, content = CONTENT) =>
    response
      .writeHead(from > 0 ? 206 : 200, {
        'Content-Length': content.length - from,
        ...(from > 0 && { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` }),
      })
      .end(content.subarray(from));

  test('goes on where a transfer broke off, and tells', async () => {
    const asked: number[] = [];
    const result = await fetched('fetch_checked "$1" "$2"', (response, from, time) => {
      asked.push(from);
      if (time > 0) return void whole(response, from);
      response.writeHead(200, { 'Content-Length': CONTENT.length });
      response.write(CONTENT.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    assert.equal(result.code, 0);
    assert.ok(result.whole);
    assert.deepEqual([asked.length, asked[0], (asked[1] as number) > 0], [2, 0, true]);
    assert.deepEqual(
      result.told.map(({ stage, outcome, cause }) => [stage, outcome, cause]),
      [['root', 'retried', 'fetch']],
    );
  });

  test('leaves a server that says nothing any more, and asks again', async () => {
    const give = (response: ServerResponse, from: number, time: number) => {
      if (time > 0) return void whole(response, from);
      response.writeHead(200, { 'Content-Length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1_000));
    };
    const result = await fetched('fetch_checked "$1" "$2"', give, { STALL: '1' });
    assert.equal(result.code, 0);
    assert.ok(result.whole);
    assert.match(result.told[0]?.detail ?? '', /nothing came for 1 seconds/);
  });

  test('refuses an image of which one byte is another: tells each time, gives up, and keeps nothing of it', async () => {
    const other = Buffer.from(CONTENT);
    other[123_456]! ^= 1;
    const got = createHash('sha256').update(other).digest('hex');
    const result = await fetched('fetch_checked "$1" "$2"', (response, from) => whole(response, from, other));
    assert.deepEqual([result.code, result.asked, result.kept], [1, 3, undefined]);
    assert.deepEqual(
      result.told.map(({ outcome, cause, detail }) => [outcome, cause, detail]),
      ['retried', 'retried', 'failed'].map((outcome) => [outcome, 'sha256', `got ${got} want ${SHA256}`]),
    );
  });

  test('takes what is whole the second time', async () => {
    const other = Buffer.from(CONTENT);
    other[0]! ^= 255;
    const result = await fetched('fetch_checked "$1" "$2"', (response, from, time) =>
      whole(response, from, time === 0 ? other : CONTENT),
    );
    assert.deepEqual([result.code, result.whole, result.told.length], [0, true, 1]);
  });

  test('begins anew where more came than there is', async () => {
    const long = Buffer.concat([CONTENT, CONTENT]);
    const result = await fetched('fetch_checked "$1" "$2"', (response, from, time) =>
      whole(response, from, time === 0 ? long : CONTENT),
    );
    assert.deepEqual([result.code, result.whole], [0, true]);
  });

  test('gives up where nothing is given out, with the words of whoever refused', async () => {
    const result = await fetched('FETCHES=2\nfetch_checked "$1" "$2"', (response) =>
      response.writeHead(404).end(),
    );
    assert.deepEqual([result.code, result.asked], [1, 2]);
    const last = result.told.at(-1);
    assert.deepEqual([last?.outcome, last?.cause], ['failed', 'fetch']);
    assert.match(last?.detail ?? '', /404/);
  });

  const refused = (words: string) =>
    fetched(`${words}\nrootmnt=/nonexistent\ntake_root "$2"`, (response, from) => whole(response, from));

  test('fetches nothing without a sha256, from elsewhere than HTTP, in a format that nobody knows, or without the memory for it', async () => {
    const url = 'root_url="$1"; root_format=squashfs';
    for (const [words, cause] of [
      [`${url}; root_sha256=`, 'line'],
      [`${url}; root_sha256='$(touch /tmp/never)'`, 'line'],
      ['root_url=ftp://somewhere; root_format=squashfs', 'line'],
      [`${url}; root_format=cpio`, 'line'],
      [`${url}; root_bytes=999999999999999`, 'memory'],
    ] as const) {
      const result = await refused(words);
      assert.deepEqual([result.code, result.asked], [1, 0], words);
      assert.deepEqual([result.told[0]?.outcome, result.told[0]?.cause], ['failed', cause], words);
    }
  });

  test('unpacks no archive for which there is not the memory, and says what it needs', async () => {
    const archive = join(folder, 'unpacked');
    await mkdir(archive);
    await promisify(execFile)('sh', ['-c', 'head -c 3000000 /dev/zero | xz >"$1/root"', 'sh', archive]);
    const needs = Math.floor((Math.floor(3_000_000 / 1_024) + 999_999_999) / 1_024);
    const script = `SPARE=999999999; rootmnt=/nonexistent; mount_tarxz ${archive}`;
    const { code, told } = await fetched(script, (response) => whole(response));
    assert.equal(code, 1);
    assert.deepEqual([told.length, told[0]?.outcome, told[0]?.cause], [1, 'failed', 'memory']);
    assert.match(told[0]?.detail ?? '', new RegExp(`^needs ${needs} MiB, has \\d+ MiB$`));
  });

  for (const [line, url, format] of [
    ['boot=ramdisk ramroot=http://h/a.tar.xz', 'http://h/a.tar.xz', 'tar.xz'],
    ['boot=ramdisk ramroot=http://h/a.squashfs', 'http://h/a.squashfs', 'squashfs'],
    ['muster.format=tar.xz boot=ramdisk ramroot=http://h/1?p=root', 'http://h/1?p=root', 'tar.xz'],
    ['muster.format=squashfs boot=ramdisk ramroot=http://h/1?p=root', 'http://h/1?p=root', 'squashfs'],
  ] as const)
    for (const sha256 of [SHA256, undefined])
      test(`takes its root as HashiOS is told of it: ${line}${sha256 ? ', checked' : ''}`, async () => {
        const file = join(folder, randomBytes(4).toString('hex'));
        await writeFile(file, `${line}${sha256 ? ` muster.sha256=${sha256}` : ''}\n`);
        // As the initramfs has it.
        const there = (await readFile(`${MACHINE}/initramfs/ramdisk`, 'utf8')).replace(
          '/scripts/muster',
          `"${MACHINE}/initramfs/muster"`,
        );
        const script = `${there}\nstart_root() { echo "$root_url $root_format $root_sha256"; }\nmountroot`;
        const { stdout } = await run('busybox', script, { LINE_FILE: file });
        assert.equal(stdout.trim().split('\n').at(-1), `${url} ${format} ${sha256 ?? 'unknown'}`);
      });

  for (const shell of Object.keys(SHELLS) as ShellName[])
    describe(`in ${shell}`, { concurrency: true }, () => {
      const word = async (line: string, name: string) => {
        const file = join(folder, randomBytes(4).toString('hex'));
        await writeFile(file, line);
        return (await run(shell, `. ${MACHINE}/calls.sh; word "$1"`, { LINE_FILE: file }, [name])).stdout;
      };

      test('reads words of the kernel line as they are, whatever is in them', async () => {
        const line =
          'quiet a.b=1 x=$(touch$IFS/tmp/never) glob=/* a.b=2 muster.boot=http://h/v1/boots/T?x=1\n';
        assert.equal(await word(line, 'a.b'), '2');
        assert.equal(await word(line, 'x'), '$(touch$IFS/tmp/never)');
        assert.equal(await word(line, 'glob'), '/*');
        assert.equal(await word(line, 'muster.boot'), 'http://h/v1/boots/T?x=1');
        assert.equal(await word(line, 'none'), '');
      });

      test('tells what it is told, byte by byte', async () => {
        const detail = 'a b&c=d+e%41 "ä" \\n $(x)\nsecond';
        const told: URLSearchParams[] = [];
        const server = await serving((_, response, body) => {
          told.push(new URLSearchParams(body));
          response.end();
        });
        try {
          const script = `. ${MACHINE}/calls.sh; BOOT_URL=$1; tell up failed service "$2"`;
          const { code } = await run(shell, script, {}, [server.url, detail]);
          assert.equal(code, 0);
          assert.equal(told[0]?.get('detail'), detail);
        } finally {
          await server.close();
        }
      });

      test('goes on where nobody can be told', async () => {
        const server = await serving(() => {});
        try {
          const script = `. ${MACHINE}/calls.sh; BOOT_URL=$1; tell root reached "" "" 2; echo $?`;
          const silent = await run(shell, script, { TELLING: '1' }, [server.url]);
          assert.equal(silent.stdout.trim(), '1');
          const nowhere = await run(shell, script, {}, ['']);
          assert.equal(nowhere.stdout.trim(), '1');
        } finally {
          await server.close();
        }
      });
    });
});
