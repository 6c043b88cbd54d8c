import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  commitArgv,
  createArgv,
  fillArgv,
  importArgv,
  inspectArgv,
  tagsArgv,
} from '../../../src/adapters/images/commands.ts';
import { images } from '../../../src/adapters/images/images.ts';
import { fakeShell } from '../../fakes/shell.ts';

const CLIENT = ['docker', '--host', 'unix:///d.sock'];

describe('the command lines for images', () => {
  it('import an archive that lies on the host', () => {
    const what = { archive: '/r/root.tar', image: 'muster/base:x', changes: ['CMD ["bash"]', 'LABEL a=b'] };
    assert.deepEqual(importArgv('/d.sock', what), [
      ...[...CLIENT, 'import', '--change', 'CMD ["bash"]', '--change', 'LABEL a=b'],
      ...['/r/root.tar', 'muster/base:x'],
    ]);
  });

  it('put files on top of an image, in a container that never runs', () => {
    const layer = { from: 'sha256:1', image: 'muster/base:x', changes: ['USER app'], container: 'layer' };
    assert.deepEqual(createArgv('/d.sock', layer), [
      ...[...CLIENT, 'create', '--name', 'layer', '--network', 'none', 'sha256:1', 'true'],
    ]);
    assert.deepEqual(fillArgv('/d.sock', layer), [...CLIENT, 'cp', '-', 'layer:/']);
    assert.deepEqual(commitArgv('/d.sock', layer), [
      ...[...CLIENT, 'commit', '--change', 'USER app', 'layer', 'muster/base:x'],
    ]);
  });

  it('describe images and tags', () => {
    assert.deepEqual(inspectArgv('/d.sock', 'a:b'), [
      ...CLIENT,
      'image',
      'inspect',
      '--format',
      '{{json .}}',
      'a:b',
    ]);
    assert.deepEqual(tagsArgv('/d.sock', 'a'), [...CLIENT, 'image', 'ls', '--format', '{{.Tag}}', 'a']);
  });
});

describe('an image', () => {
  it('that runs is told with the label of its container', async () => {
    const shell = fakeShell({ programs: () => ({ code: 0, stdout: 'shop|muster-shop-web:r-1\n|\n' }) });
    assert.deepEqual(await images.open({ shell, options: { socket: '/d.sock' } }).running('muster.app'), [
      { value: 'shop', image: 'muster-shop-web:r-1' },
    ]);
  });

  it('that is not there is undefined', async () => {
    const shell = fakeShell({ programs: () => ({ code: 1, stdout: '\n', stderr: 'No such image\n' }) });
    assert.equal(await images.open({ shell, options: { socket: '/d.sock' } }).find('a:b'), undefined);
  });

  it('of which something still needs the name keeps it', async () => {
    const shell = fakeShell({ programs: () => ({ code: 1, stderr: 'image is being used\n' }) });
    assert.equal(await images.open({ shell, options: { socket: '/d.sock' } }).remove('a:b'), false);
  });
});
