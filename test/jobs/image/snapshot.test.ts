/** Images of packages as they once were: from exactly there, the same bytes in every format however the archive went on, and what containers are made of. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { mmdebstrap } from '../../../src/adapters/mmdebstrap/mmdebstrap.ts';
import { library, type Part } from '../../../src/image.ts';
import { type Blueprint, digestOf } from '../../../src/jobs/image/blueprint.ts';
import { buildImage } from '../../../src/jobs/image/build.ts';
import { Candidate, candidateFile } from '../../../src/jobs/image/candidate.ts';
import { recipeOf } from '../../../src/jobs/image/recipe.ts';
import type { Shell } from '../../../src/shell.ts';
import { openArchive, type TestArchive } from '../../debian-archive.ts';
import { lacksEngine, startEngine } from '../../engine.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';

const PACKAGES = ['busybox-static', 'usr-is-merged'];
/** What is left is small, and packed in a moment. */
const SLIM =
  '#!/bin/sh\nrm -rf /usr/share /usr/lib/x86_64-linux-gnu/perl-base /usr/lib/x86_64-linux-gnu/gconv\n';
const THEN = '2026-11-02T00:00:00Z';

describe('an image of packages as they were', {
  skip: needs(['root', 'mmdebstrap', 'mksquashfs', 'gpg']),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-snapshot-'));
  const local = localShell({ host: 'local' });
  let archive: TestArchive;
  /** A host whose own settings of apt say nothing, and which takes the archive for Debian's. */
  let shell: Shell;
  const blueprint = (more: Partial<Blueprint> = {}): Blueprint => ({
    ...{ image: 'then', builder: 'mmdebstrap', architecture: 'amd64', suite: 'bookworm' },
    ...{ components: ['main'], packages: [...PACKAGES, 'muster-proof'], sources: [], documentation: false },
    ...{ mirror: archive.address, snapshot: THEN, files: [], kernelLine: '', gate: [] },
    users: [{ name: 'ops', uid: 1_001, groups: ['makers'], shell: '/bin/sh', keys: [] }],
    services: { enable: [], disable: [], mask: [] },
    hooks: [{ name: 'slim', content: Buffer.from(SLIM).toString('base64') }],
    formats: ['squashfs', 'lxd', 'docker', 'tar.xz'],
    ...more,
  });
  const build = async (name: string): Promise<Candidate> => {
    const root = join(folder, name);
    const wish = blueprint();
    const input = { host: 'local', image: 'then', digest: digestOf(wish), keys: {}, blueprint: wish };
    const { key } = await buildImage.perform(input, desk(shell, root).context, {});
    return Candidate.parse(JSON.parse(readFileSync(candidateFile(root, 'then', key), 'utf8')));
  };
  let first: Candidate;
  const blob = (part: Part) => library(join(folder, 'first')).blob(first.parts[part]?.sha256 ?? '');

  before(async () => {
    archive = await openArchive(PACKAGES);
    const isBuild = (argv: readonly string[]) => argv.includes('mmdebstrap');
    shell = {
      ...local,
      run: (argv, options) =>
        argv[0] === 'apt-config'
          ? local.run(['true'], options)
          : local.run(isBuild(argv) ? [...archive.trusting, ...argv] : argv, options),
    };
    await archive.keep('20261030T203000Z', '1');
  });
  after(async () => {
    await archive?.close();
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has nothing but what was kept then, though that says itself that it is out of date', async () => {
    first = await build('first');
    assert.ok(first.packages.includes('muster-proof 1'));
    const paths = archive.asked.filter((line) => !line.startsWith('301 '));
    assert.deepEqual(
      paths.filter((line) => !/^200 \/archive\/debian(?:-security)?\/20261030T203000Z\//.test(line)),
      [],
    );
    const moved = archive.asked.filter((line) => line.startsWith('301 '));
    assert.deepEqual(
      moved.filter((line) => !/^301 \/archive\/debian(?:-security)?\/20261102T000000Z\//.test(line)),
      [],
    );
    for (const index of [
      'debian/20261030T203000Z/dists/bookworm',
      'debian/20261030T203000Z/dists/bookworm-updates',
      'debian-security/20261030T203000Z/dists/bookworm-security',
    ])
      assert.ok(archive.asked.includes(`200 /archive/${index}/InRelease`), index);
  });

  it('is the same in each format once the archive went on, which images of later moments do', async () => {
    await archive.keep('20261110T203000Z', '2');
    const second = await build('second');
    assert.equal(second.key, first.key);
    assert.deepEqual(second.parts, first.parts);
    const later = blueprint({ snapshot: '2026-11-12T00:00:00Z' });
    const recipe = recipeOf(later, { packages: [], files: [] }, folder);
    const offered = await mmdebstrap.open({ shell, options: { mode: 'auto' } }).candidates(recipe);
    assert.ok(offered.includes('muster-proof 2'));
  });

  it('runs in a container once it is imported', { skip: lacksEngine() }, async () => {
    const engine = await startEngine();
    try {
      await engine.docker('import', blob('docker'), 'then:1');
      const script = 'id -un; cat /etc/muster-proof; stat -c %a /tmp; dpkg-query -W muster-proof';
      const said = await engine.docker('run', '--rm', '--user', 'ops', 'then:1', 'sh', '-c', script);
      assert.equal(said, 'ops\n11777\nmuster-proof\t1\n');
    } finally {
      await engine.stop();
    }
  });

  it('has the metadata that containers of LXD are made with', () => {
    const inside = (name: string) => execFileSync('tar', ['-xOf', blob('lxd'), name], { encoding: 'utf8' });
    const { architecture, creation_date, templates } = JSON.parse(inside('metadata.yaml'));
    assert.deepEqual([architecture, creation_date], ['x86_64', Date.parse(THEN) / 1_000]);
    for (const { template } of Object.values<{ template: string }>(templates))
      assert.ok(inside(`templates/${template}`));
  });
});
