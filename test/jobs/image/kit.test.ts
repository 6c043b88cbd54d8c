/** Builds by what users bring: no package is fetched, so that what a build leaves and does not leave is tried within moments. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { library } from '../../../src/image.ts';
import { type Blueprint, digestOf } from '../../../src/jobs/image/blueprint.ts';
import { buildImage } from '../../../src/jobs/image/build.ts';
import { Candidate, candidateFile, candidatesOf } from '../../../src/jobs/image/candidate.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';

const PLAIN: Blueprint = {
  ...{ image: 'small', builder: 'script', architecture: 'amd64', suite: 'bookworm', components: ['main'] },
  ...{ packages: [], sources: [], documentation: false, files: [], users: [], hooks: [] },
  ...{ services: { enable: [], disable: [], mask: [] }, formats: ['squashfs'], gate: [], kernelLine: '' },
};

/** A program and what it is to leave. */
const scripted = (script: string, outputs: Record<string, string>, words: string[] = []): Blueprint => ({
  ...PLAIN,
  kit: {
    files: [{ path: 'bin/build.sh', content: Buffer.from(script).toString('base64'), executable: false }],
    ...{ main: 'bin/build.sh', words, output: 'output', outputs },
  },
});

describe('a build by a program', () => {
  const shell = localShell({ host: 'local' });
  after(() => shell.close());

  function place(t: TestContext): string {
    const root = mkdtempSync(join(tmpdir(), 'muster-kit-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    return root;
  }
  const build = (blueprint: Blueprint, root: string, signal?: AbortSignal, fresh = false) => {
    const said = desk(shell.marked(`kit-${root.slice(-6)}`), root, signal);
    const input = { host: 'local', image: 'small', digest: digestOf(blueprint), keys: {}, blueprint, fresh };
    return { ...said, done: buildImage.perform(input, said.context, {}) };
  };
  const nothingLeft = (root: string) => {
    assert.deepEqual(readdirSync(library(root).workshop('.')), []);
    assert.equal(existsSync(candidatesOf(root, 'small')), false);
    assert.equal(existsSync(join(library(root).folder, 'blobs')), false);
  };

  it('leaves its parts by their content, and a candidate that names them', async (t) => {
    const root = place(t);
    const script = `#!/bin/sh
pwd; printf '%s|' "$@"; echo "$MUSTER_IMAGE $SOURCE_DATE_EPOCH"
printf kernel >"$1/k"; printf initrd >"$1/i"; printf root >"$1/r"
printf 'zlib1g 1:1.2\\nnot a line\\nbash 5.2-1\\n' >"$1/packages"
umask 077; : >"$1/other"
`;
    const outputs = { kernel: 'k', initrd: 'i', squashfs: 'r', packages: 'packages' };
    const { done, lines } = build({ ...scripted(script, outputs, ['a b', '$(id)']), gate: ['bios'] }, root);
    const { key, unchanged } = await done;
    assert.equal(unchanged, false);
    assert.match(lines[1]!, /\/output\|a b\|\$\(id\)\|small 1686355200$/);
    assert.match(lines.at(-1)!, /^small built in .*: 2 packages, kernel 6 B, initrd 6 B, squashfs 4 B$/);
    const candidate = Candidate.parse(JSON.parse(readFileSync(candidateFile(root, 'small', key), 'utf8')));
    assert.deepEqual(candidate.packages, ['bash 5.2-1', 'zlib1g 1:1.2']);
    assert.deepEqual(candidate.gate, ['bios']);
    for (const [part, content] of Object.entries({ kernel: 'kernel', initrd: 'initrd', squashfs: 'root' })) {
      const blob = library(root).blob(candidate.parts[part as 'kernel']!.sha256);
      assert.equal(readFileSync(blob, 'utf8'), content);
      assert.equal(statSync(blob).mode & 0o777, 0o644);
    }
    assert.deepEqual(readdirSync(library(root).workshop('.')), []);
  });

  it('is not done again while nothing has changed, unless that is asked for or a blob is another one', async (t) => {
    const root = place(t);
    const blueprint = scripted('#!/bin/sh\necho ran; echo root >"$1/r"\n', { squashfs: 'r' });
    const first = await build(blueprint, root).done;
    const again = build(blueprint, root);
    assert.deepEqual(await again.done, { key: first.key, unchanged: true });
    assert.deepEqual(again.lines, []);
    assert.match(again.notes.join(), /neither the definition nor the packages have changed/);
    const fresh = build(blueprint, root, undefined, true);
    assert.deepEqual(await fresh.done, { key: first.key, unchanged: false });
    const { parts } = Candidate.parse(
      JSON.parse(readFileSync(candidateFile(root, 'small', first.key), 'utf8')),
    );
    writeFileSync(library(root).blob(parts.squashfs!.sha256), 'rot');
    assert.equal((await build(blueprint, root).done).unchanged, false);
    assert.equal(readFileSync(library(root).blob(parts.squashfs!.sha256), 'utf8'), 'root\n');
    const other = scripted('#!/bin/sh\necho ran; echo root >"$1/r" # else\n', { squashfs: 'r' });
    assert.notEqual((await build(other, root).done).key, first.key);
  });

  it('takes one file for two parts, also by a link', async (t) => {
    const root = place(t);
    const script = '#!/bin/sh\necho both >"$1/a"; ln -s a "$1/b"\n';
    const outputs = { kernel: 'a', initrd: 'a', squashfs: 'b' };
    const { key } = await build({ ...scripted(script, outputs), gate: ['bios'] }, root).done;
    const { parts } = Candidate.parse(JSON.parse(readFileSync(candidateFile(root, 'small', key), 'utf8')));
    assert.deepEqual([parts.initrd, parts.squashfs], [parts.kernel, parts.kernel]);
    assert.equal(readFileSync(library(root).blob(parts.kernel!.sha256), 'utf8'), 'both\n');
  });

  it('fails with the last words of the program, and leaves nothing', async (t) => {
    const root = place(t);
    const { done } = build(
      scripted('#!/bin/sh\necho early; echo broken pipe >&2; exit 7\n', { squashfs: 'r' }),
      root,
    );
    await assert.rejects(done, {
      code: 'image.builder',
      message: 'the builder of small failed with 7: broken pipe',
      lines: ['early', 'broken pipe'],
    });
    nothingLeft(root);
  });

  /** `elsewhere` is a folder that is not the builder's, in which there is a file `r`. */
  const MISSING: [what: string, script: (elsewhere: string) => string][] = [
    ['is not there', () => 'true'],
    ['is empty', () => ': >"$1/r"'],
    ['is a folder', () => 'mkdir "$1/r"'],
    ['leads elsewhere', (elsewhere) => `ln -s ${elsewhere}/r "$1/r"`],
    ['leads elsewhere by its folder', (elsewhere) => `rmdir "$1"; ln -s ${elsewhere} "$1"`],
  ];
  for (const [what, script] of MISSING) {
    it(`is refused where a file that it names ${what}`, async (t) => {
      const [root, elsewhere] = [place(t), place(t)];
      writeFileSync(join(elsewhere, 'r'), 'of somebody else');
      const { done } = build(scripted(`#!/bin/sh\n${script(elsewhere)}\n`, { squashfs: 'r' }), root);
      await assert.rejects(done, { code: 'image.output', message: 'the builder of small left no file r' });
      nothingLeft(root);
      assert.equal(readFileSync(join(elsewhere, 'r'), 'utf8'), 'of somebody else');
    });
  }

  it('is refused where machines are to boot it and there is no kernel', async (t) => {
    const root = place(t);
    const blueprint = scripted('#!/bin/sh\necho root >"$1/r"\n', { squashfs: 'r' });
    await assert.rejects(build({ ...blueprint, gate: ['uefi'] }, root).done, { code: 'image.nokernel' });
    nothingLeft(root);
  });

  it('leaves no process and no file when it is cancelled', async (t) => {
    const root = place(t);
    const control = new AbortController();
    const script = '#!/bin/sh\n(trap "" TERM; echo busy; sleep 300) &\necho half >"$1/r"; wait\n';
    const { context, done } = build(scripted(script, { squashfs: 'r' }), root, control.signal);
    void done.catch(() => {});
    const line = context.report.line;
    context.report.line = (text) => {
      line(text);
      if (text === 'busy') control.abort();
    };
    await assert.rejects(done, { code: 'shell.aborted' });
    assert.deepEqual(await shell.sweep(`kit-${root.slice(-6)}`), []);
    nothingLeft(root);
  });

  it('takes away what a build that was killed has left', async (t) => {
    const root = place(t);
    execFileSync('mkdir', ['-p', join(library(root).workshop('build'), 'tmp/old')]);
    const script = '#!/bin/sh\nls "$1/../.."; ls "$1/../../.." | wc -l; echo root >"$1/r"\n';
    const { done, lines } = build(scripted(script, { squashfs: 'r' }), root);
    await done;
    assert.deepEqual(lines.slice(0, -1), ['kit', 'scratch', '1']);
  });

  it('says so when the disk is full, and leaves it as empty as it was', {
    skip: needs(['root']),
  }, async (t) => {
    const root = place(t);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', root]);
    try {
      const script = '#!/bin/sh\nexec dd if=/dev/zero of="$1/r" bs=64k count=64\n';
      const { done } = build(scripted(script, { squashfs: 'r' }), root);
      await assert.rejects(done, { code: 'host.diskfull' });
      nothingLeft(root);
      // Room again: the same build goes through.
      const small = scripted('#!/bin/sh\necho root >"$1/r"\n', { squashfs: 'r' });
      assert.equal((await build(small, root).done).unchanged, false);
    } finally {
      execFileSync('umount', ['--lazy', root]);
    }
  });

  it('is done by packer, with the values that the definition has for its variables', {
    skip: needs(['packer']),
  }, async (t) => {
    const root = place(t);
    const template = {
      variables: { words: '' },
      builders: [{ type: 'null', communicator: 'none' }],
      'post-processors': [
        {
          type: 'shell-local',
          environment_vars: ['WORDS={{user `words`}}'],
          inline: [
            'stat -c mode=%a ../muster.pkrvars.json',
            'mkdir -p output',
            'printf %s "$WORDS" >output/disk',
          ],
        },
      ],
    };
    const blueprint: Blueprint = {
      ...PLAIN,
      builder: 'packer',
      kit: {
        files: [
          {
            path: 'disk.json',
            content: Buffer.from(JSON.stringify(template)).toString('base64'),
            executable: false,
          },
        ],
        ...{ main: 'disk.json', output: 'output', outputs: { disk: 'disk' }, words: ['words=a "b" $c=d'] },
      },
    };
    const { done, lines } = build(blueprint, root);
    const { key } = await done;
    const { parts } = Candidate.parse(JSON.parse(readFileSync(candidateFile(root, 'small', key), 'utf8')));
    assert.equal(readFileSync(library(root).blob(parts.disk!.sha256), 'utf8'), 'a "b" $c=d');
    // Nobody else on that host reads them.
    assert.ok(
      lines.some((text) => text.includes('mode=600')),
      lines.join('\n'),
    );
    assert.ok(
      lines.some((text) => text.includes("Build 'null' finished")),
      lines.join('\n'),
    );
    const broken: Blueprint = { ...blueprint, kit: { ...blueprint.kit!, main: 'other.json' } };
    await assert.rejects(build(broken, root).done, { code: 'image.builder' });
    assert.deepEqual(readdirSync(candidatesOf(root, 'small')), [`${key}.json`]);
  });
});
