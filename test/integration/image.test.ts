/** From a line to a promoted version, through the program as users run it. What builds is a program of a moment; how Debian becomes an image is tried elsewhere. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.ts';
import { openMuster, type TestMuster } from './muster.ts';

describe('/build image', { skip: needs(['redis-server']) }, () => {
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
    await muster.start();
  });
  after(() => muster?.stop());

  test('makes a version of what was built, and has machines get it', async () => {
    const { exit, result } = await muster.say('/build image small --promote');
    assert.equal(exit, 0, result.text);
    assert.match(result.text, /small is built and promoted/);
    const listed = await muster.say('/image list');
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
});
