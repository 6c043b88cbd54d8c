import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BootNews, Sighting } from '../../../src/boot.ts';
import type { Happening } from '../../../src/hubs/boot/fixed-desk.ts';
import { TRIAL_DEADLINES, Trial } from '../../../src/jobs/image/trial.ts';

const seen = (sighting: Sighting): Happening => ({ kind: 'seen', at: 0, mac: '', sighting });
const told = (news: Partial<BootNews> & Pick<BootNews, 'stage' | 'outcome'>): Happening => ({
  ...{ kind: 'news', at: 0, mac: '', token: '' },
  news: { cause: '', detail: '', ...news },
});
const asked: Happening = {
  ...{ kind: 'asked', at: 0, mac: '' },
  asking: { mac: '52:54:00:00:00:01', firmware: 'bios', address: '10.77.0.50' },
  decision: { kind: 'local', because: [] },
};
const dhcp = seen({ what: 'dhcp-asked', mac: '52:54:00:00:00:01' });
const fetched = (part: 'kernel' | 'initrd' | 'root') =>
  seen({ what: 'fetched', token: '', sha256: '', part });

describe('a try to boot an image', () => {
  test('comes to each stage once, whatever is seen again, and ends as up', () => {
    const trial = new Trial();
    const way: Happening[] = [
      ...[dhcp, dhcp, seen({ what: 'loader-sent', address: '', file: '' }), dhcp, asked, asked],
      ...[fetched('kernel'), fetched('initrd'), dhcp, fetched('root')],
      told({ stage: 'root', outcome: 'retried', cause: 'fetch' }),
      told({ stage: 'root', outcome: 'reached' }),
      told({ stage: 'configured', outcome: 'reached' }),
    ];
    const stages = way.flatMap((happening, index) => trial.take(happening, index).stages);
    assert.deepEqual(stages, ['dhcp', 'loader', 'script', 'kernel', 'initrd', 'root', 'configured']);
    assert.deepEqual(trial.take(told({ stage: 'up', outcome: 'reached' }), 20), {
      stages: ['up'],
      end: 'up',
    });
    assert.equal(trial.reached.get('initrd'), 7);
    assert.equal(trial.look(Number.MAX_SAFE_INTEGER), undefined);
    assert.deepEqual(trial.take(asked, 30), { stages: [] });
  });

  test('needs no loader where its card has iPXE', () => {
    const trial = new Trial();
    trial.take(dhcp, 1);
    assert.deepEqual(trial.take(asked, 2).stages, ['script']);
    assert.deepEqual(trial.take(seen({ what: 'loader-sent', address: '', file: '' }), 3).stages, []);
  });

  test('fails by what the machine says', () => {
    const trial = new Trial();
    const { end } = trial.take(
      told({ stage: 'root', outcome: 'failed', cause: 'sha256', detail: 'got a want b' }),
      5,
    );
    assert.deepEqual(end, { stage: 'root', code: 'told', cause: 'sha256', detail: 'got a want b' });
    assert.deepEqual(trial.take(told({ stage: 'up', outcome: 'reached' }), 6), { stages: [] });
  });

  test('fails where it starts anew', () => {
    const trial = new Trial();
    for (const happening of [dhcp, asked, fetched('kernel'), fetched('initrd')]) trial.take(happening, 1);
    assert.deepEqual(trial.take(asked, 2).end, { stage: 'root', code: 'restarted', cause: '', detail: '' });
  });

  test('fails where the next stage is late, counted from the one before', () => {
    const trial = new Trial();
    assert.equal(trial.look(TRIAL_DEADLINES.dhcp), undefined);
    trial.take(dhcp, TRIAL_DEADLINES.dhcp);
    assert.equal(trial.look(TRIAL_DEADLINES.dhcp + TRIAL_DEADLINES.loader), undefined);
    const failure = trial.look(TRIAL_DEADLINES.dhcp + TRIAL_DEADLINES.loader + 1);
    assert.deepEqual(failure, { stage: 'loader', code: 'deadline', cause: '', detail: '' });
  });

  test('fails where QEMU ends', () => {
    assert.deepEqual(new Trial().ended('no memory'), {
      ...{ stage: 'dhcp', code: 'ended', cause: '', detail: 'no memory' },
    });
  });
});
