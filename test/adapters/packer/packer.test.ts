import assert from 'node:assert/strict';
import { it } from 'node:test';
import { packer } from '../../../src/adapters/packer/packer.ts';
import { fakeShell } from '../../fakes/shell.ts';

it('packer is told values by a file, keeps what it needs where it is told to, and asks nobody for its newest version', async () => {
  const shell = fakeShell({ programs: () => ({}) });
  const order = { template: '/w/kit/a.json', variables: '/w/v.pkrvars.json', cwd: '/w/kit', scratch: '/w/s' };
  await packer.open({ shell, options: {} }).build(order, { env: { SOURCE_DATE_EPOCH: '1' } });
  const [call] = shell.calls;
  assert.deepEqual(call?.argv, [
    ...['packer', 'build', '-color=false', '-force', '-var-file=/w/v.pkrvars.json', '/w/kit/a.json'],
  ]);
  const { SOURCE_DATE_EPOCH, CHECKPOINT_DISABLE, PACKER_CACHE_DIR, TMPDIR } = call!.env;
  assert.deepEqual(
    [SOURCE_DATE_EPOCH, CHECKPOINT_DISABLE, PACKER_CACHE_DIR, TMPDIR],
    ['1', '1', '/w/s', '/w/s'],
  );
});
