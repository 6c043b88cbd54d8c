/** One boot, event by event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BootNews, Sighting } from '../../../src/boot.ts';
import { Profile } from '../../../src/config/machines.ts';
import { asError, CAUSES, missedTrouble } from '../../../src/jobs/machine/causes.ts';
import { deadline } from '../../../src/jobs/machine/deadline.ts';
import { type BootEvent, fold, stageAt } from '../../../src/jobs/machine/fold.ts';
import type { KeptBoot } from '../../../src/jobs/machine/kept-boot.ts';
import { boot, MAC } from './known.ts';

const seen = (sighting: Sighting, at = 1, proxy = false): BootEvent => ({
  what: 'seen',
  at,
  sighting,
  proxy,
});
const told = (news: Partial<BootNews>, at = 1): BootEvent => ({
  what: 'told',
  at,
  news: { stage: 'up', outcome: 'reached', cause: '', detail: '', ...news },
});
const after = (events: readonly BootEvent[], from: KeptBoot = boot()): KeptBoot => events.reduce(fold, from);
const dhcp = (what: 'dhcp-asked' | 'dhcp-offered' | 'dhcp-acknowledged') => seen({ what, mac: MAC });
const foreign = seen({ what: 'dhcp-foreign', mac: MAC, server: '10.0.0.2' });
const deadlines = Profile.parse({}).deadlines;

/** What its boot would fail of, were it not to go on. */
function cause(events: readonly BootEvent[]): string {
  const now = after(events);
  const waits = deadline(now, deadlines);
  assert.ok(waits);
  return missedTrouble(now, waits.stage, waits.limit).code;
}

test('a boot goes through its stages, and ends up', () => {
  const token = 't';
  const sha256 = 'a'.repeat(64);
  const whole = after([
    dhcp('dhcp-asked'),
    dhcp('dhcp-offered'),
    dhcp('dhcp-acknowledged'),
    seen({ what: 'loader-sent', mac: MAC, address: '10.0.0.9', file: 'undionly.kpxe' }),
    { what: 'script', at: 2, boot: { version: 'live@2026-11-21.1' } },
    seen({ what: 'fetching', token, sha256, part: 'kernel' }, 3),
    seen({ what: 'fetched', token, sha256, part: 'kernel' }, 4),
    seen({ what: 'fetched', token, sha256, part: 'initrd' }, 5),
    seen({ what: 'fetched', token, sha256, part: 'root' }, 6),
    told({ stage: 'root' }, 7),
    told({ stage: 'configured' }, 8),
    told({ stage: 'up' }, 9),
  ]);
  assert.equal(whole.outcome, 'up');
  assert.equal(whole.ended, 9);
  assert.deepEqual(
    Object.keys(whole.reached),
    'dhcp loader script kernel initrd root configured up'.split(' '),
  );
  assert.equal(stageAt(whole), undefined);
});

test('each deadline that is missed has a cause by what was seen', () => {
  const script: BootEvent = { what: 'script', at: 1, boot: {} };
  const loader = seen({ what: 'loader-sent', mac: MAC, address: '10.0.0.9', file: 'undionly.kpxe' });
  const part = (what: 'fetched' | 'fetching', of: 'kernel' | 'initrd' | 'root') =>
    seen({ what, token: 't', sha256: 'a'.repeat(64), part: of });
  const failed = seen({
    what: 'loader-failed',
    mac: MAC,
    address: '10.0.0.9',
    file: 'x',
    message: 'timeout',
  });
  assert.equal(cause([]), 'dhcp.never');
  assert.equal(cause([dhcp('dhcp-asked')]), 'dhcp.unanswered');
  assert.equal(cause([dhcp('dhcp-asked'), dhcp('dhcp-offered')]), 'dhcp.unacknowledged');
  assert.equal(cause([dhcp('dhcp-asked'), dhcp('dhcp-offered'), foreign]), 'dhcp.foreign');
  const rival = seen({ what: 'dhcp-foreign', mac: MAC, server: '10.0.0.2', offered: true });
  assert.equal(cause([dhcp('dhcp-asked'), dhcp('dhcp-offered'), rival]), 'dhcp.foreign');
  // It had its address from here: what the other one offered has nothing to do with it.
  assert.equal(cause([dhcp('dhcp-acknowledged'), rival]), 'loader.unasked');
  assert.equal(cause([dhcp('dhcp-acknowledged'), rival, foreign]), 'dhcp.foreign');
  assert.equal(cause([dhcp('dhcp-acknowledged')]), 'loader.unasked');
  assert.equal(cause([dhcp('dhcp-acknowledged'), failed]), 'loader.failed');
  const missing = seen({ what: 'loader-failed', mac: MAC, file: 'snponly-arm64.efi', message: 'missing' });
  assert.equal(cause([dhcp('dhcp-acknowledged'), missing]), 'loader.missing');
  assert.equal(cause([dhcp('dhcp-asked'), dhcp('dhcp-offered'), missing]), 'loader.missing');
  assert.equal(cause([seen({ what: 'dhcp-offered', mac: MAC }, 1, true), foreign]), 'dhcp.foreign');
  assert.equal(cause([loader]), 'script.unasked');
  assert.equal(cause([script]), 'kernel.unfetched');
  assert.equal(cause([script, part('fetching', 'kernel')]), 'kernel.stuck');
  assert.equal(cause([part('fetched', 'kernel')]), 'initrd.unfetched');
  assert.equal(cause([part('fetched', 'kernel'), part('fetching', 'initrd')]), 'initrd.stuck');
  assert.equal(cause([part('fetched', 'initrd')]), 'root.silent');
  assert.equal(cause([part('fetched', 'initrd'), part('fetching', 'root')]), 'root.stuck');
  assert.equal(cause([part('fetched', 'initrd'), part('fetched', 'root')]), 'root.unopened');
  assert.equal(cause([told({ stage: 'root' })]), 'configured.silent');
  assert.equal(cause([told({ stage: 'configured' })]), 'up.silent');
});

test('another DHCP server is named in words', () => {
  const now = after([seen({ what: 'dhcp-offered', mac: MAC }, 1, true), foreign]);
  const error = asError('node-7', missedTrouble(now, 'loader', 60_000));
  assert.match(error.message, /another DHCP server answered first: 10\.0\.0\.2/);
});

test('each cause has its words', () => {
  for (const code of CAUSES) {
    const error = asError('node-7', {
      code,
      facts: {
        ...{ stage: 'root', limit: '1 min', server: '10.0.0.2', detail: 'odd', because: 'profile.none' },
        file: 'snponly.efi',
      },
    });
    assert.equal(error.code, `boot.${code}`);
    assert.ok(!`${error.message}${error.hint}`.includes('undefined'), `${error.message} ${error.hint}`);
  }
});

test('what a machine says to be wrong stays so, also when it says later that it is up', () => {
  const bad = after([
    told({ stage: 'root', outcome: 'failed', cause: 'sha256', detail: 'got 9f want 51' }),
    told({}),
  ]);
  assert.equal(bad.outcome, 'failed');
  assert.equal(bad.trouble?.code, 'root.sha256');
  assert.equal(bad.trouble?.facts.detail, 'got 9f want 51');
});

test('a machine that is up later than it was waited for is up', () => {
  const late = after([
    { what: 'ended', at: 5, trouble: { code: 'up.silent', facts: { stage: 'up' } } },
    told({}, 9),
  ]);
  assert.equal(late.outcome, 'up');
  assert.equal(late.trouble, undefined);
  assert.deepEqual(
    late.notes.map((note) => note.cause),
    ['late'],
  );
});

test('nothing that a stranger says makes a boot grow without end', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    told({ stage: 'root', outcome: 'retried', cause: 'fetch', detail: `${index} ${'x'.repeat(2_000)}` }),
  );
  const now = after(many);
  assert.equal(now.notes.length, 15);
  assert.ok(now.notes.every(({ detail }) => detail.length <= 300));
  // What the server sees besides still has its place.
  const kinds = Array.from({ length: 500 }, (_, index) =>
    told({ stage: 'root', outcome: 'retried', cause: `kind-${index}` }),
  );
  assert.equal(after(kinds).notes.length, 50);
});

test('a cause nobody has heard of is one of the stage', () => {
  const odd = after([told({ stage: 'configured', outcome: 'failed', cause: 'moon-phase' })]);
  assert.equal(odd.trouble?.code, 'configured.failed');
  assert.equal(odd.trouble?.facts.cause, 'moon-phase');
});
