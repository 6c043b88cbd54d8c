/** From a line to a promoted version, through the program as users run it. What builds is a program of a moment; how Debian becomes an image is tried elsewhere. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { library } from '../../src/image.ts';
import { APPLIANCE, applianceDisk, INSTALLED } from '../jobs/image/appliance.ts';
import { needs } from '../needs.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';
import { markedBy } from './wait.ts';

const NEEDED = ['redis-server', 'packer', 'qemu-system-x86_64', 'qemu-img'];

describe('/build image', { skip: needs(NEEDED) }, () => {
  let muster: TestMuster;
  let script: (text: string) => Promise<void>;

  before(async () => {
    muster = await openMuster({});
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        `hosts: {local: {link: local, root: ${join(muster.folder, 'host')}}}`,
        'boot: {host: local, start: false}',
        '',
      ].join('\n'),
    });
    const images = join(muster.folder, 'config/images');
    await mkdir(join(images, 'kit'), { recursive: true });
    script = async (text) => {
      await writeFile(join(images, 'kit/build.sh'), `#!/bin/sh\n${text}\n`);
      await chmod(join(images, 'kit/build.sh'), 0o755);
    };
    await script('echo building; echo one >"$1/root"; echo "bash 5.1" >"$1/packages"');
    const outputs = '{squashfs: root, packages: packages}';
    await writeFile(
      join(images, 'small.yml'),
      `builder: script\ngate: []\nscript: {folder: kit, run: build.sh, outputs: ${outputs}}\n`,
    );
    for (const [image, disk] of [
      ['appliance', applianceDisk()],
      ['stubborn', applianceDisk(false)],
    ] as const) {
      await mkdir(join(images, image));
      await writeFile(join(images, image, 'disk.raw'), disk);
      await writeFile(join(images, image, 'template.json'), APPLIANCE);
      const packer = `{folder: ${image}, template: template.json, output: output-qemu, outputs: {disk: appliance.raw}}`;
      await writeFile(join(images, `${image}.yml`), `builder: packer\ngate: []\npacker: ${packer}\n`);
    }
    await muster.start();
  });
  after(() => muster?.stop());

  test('makes a version of what was built, and has machines get it', async () => {
    const { exit, result } = await muster.say('/build image small --promote');
    assert.equal(exit, 0, result.text);
    assert.match(result.text, /small is built and promoted/);
    const listed = await muster.say('/image list small');
    assert.match(listed.result.text, /small@\d{4}-\d\d-\d\d\.1/);
  });

  test('says that nothing has changed, and makes no other version', async () => {
    const { exit, result } = await muster.say('/build image small');
    assert.equal(exit, 0, result.text);
    const shown = await muster.say('/image show small');
    assert.match(shown.result.text, /@\d{4}-\d\d-\d\d\.1/);
    assert.doesNotMatch(shown.result.text, /@\d{4}-\d\d-\d\d\.2/);
  });

  test('makes the next version of what has changed, and says what is newer', async () => {
    await script('echo two >"$1/root"; echo "bash 5.2" >"$1/packages"');
    const { exit, result } = await muster.say('/build image small --promote');
    assert.equal(exit, 0, result.text);
    const shown = await muster.say('/image show small');
    assert.match(shown.result.text, /@\d{4}-\d\d-\d\d\.2/);
  });

  test('fails where the build does, and machines keep what they have', async () => {
    await script('echo halfway >"$1/root"; echo it broke >&2; exit 3');
    const { exit, result } = await muster.say('/build image small --promote');
    assert.equal(exit, 1);
    assert.match(result.text, /the builder of small failed with 3: it broke/);
    const shown = await muster.say('/image show small');
    assert.match(shown.result.text, /@\d{4}-\d\d-\d\d\.2/);
    assert.doesNotMatch(shown.result.text, /@\d{4}-\d\d-\d\d\.3/);
  });

  test('makes a version of what a machine has installed that a template of packer began', async () => {
    const { exit, events, result } = await muster.say('/build image appliance');
    assert.equal(exit, 0, result.text);
    const lines = events.flatMap((event) => (event.type === 'lines' ? event.lines : []));
    for (const line of [/qemu: Starting VM/, /qemu: Waiting for shutdown/, /Build 'qemu' finished/])
      assert.ok(
        lines.some((text) => line.test(text)),
        lines.join('\n'),
      );
    const shown = await muster.say('/image show appliance');
    const [version = ''] = /appliance@[\d-]+\.1/.exec(shown.result.text) ?? [];
    const place = library(join(muster.folder, 'host'));
    const { parts } = JSON.parse(await readFile(place.manifest(version), 'utf8'));
    const disk = await readFile(place.blob(parts.disk.sha256));
    assert.equal(disk.toString('latin1', 512, 512 + INSTALLED.length), INSTALLED);
  });

  test('ends the machine of a template with the run that is cancelled', async () => {
    let run = '';
    let cancelling: Promise<Said> | undefined;
    const { exit, result } = await muster.say('/build image stubborn', (event) => {
      if (event.type === 'run') run = event.run;
      if (event.type === 'lines' && event.lines.some((line) => line.includes('Waiting for shutdown')))
        cancelling ??= muster.say(`/cancel ${run}`);
    });
    await cancelling;
    assert.deepEqual([exit, result.status], [1, 'cancelled']);
    assert.deepEqual(await markedBy(run), []);
    assert.deepEqual(await readdir(library(join(muster.folder, 'host')).workshop('.')), []);
    const listed = await muster.say('/image list stubborn');
    assert.doesNotMatch(listed.result.text, /stubborn@/);
  });
});
