import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { commandArgv, rollback, uploadOf } from '../../../src/adapters/rollback/rollback.ts';
import { ENDS } from '../../../src/adapters/rollback/scripts/ends.ts';
import { SCRIPT } from '../../../src/adapters/rollback/scripts/script.ts';
import { type ErrorCode, MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import type { Shell } from '../../../src/shell.ts';
import { killTimersOf, timersOf } from '../../jobs/guarding/guarded-host.ts';
import { addNamespace, WITHOUT_SYSTEMD } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const skip = needs(['ip', 'nft', 'root']);
const RULES = Firewall.parse({});
const HOUR = 3_600_000;

/** A table with one set, named for the change: enough to see which one is in force. */
const change = (id: string, keepWithin = HOUR, more: { seen?: string; ruleset?: string } = {}) => ({
  ...{ id, by: 'reem', rules: RULES, keepWithin, seen: 'none', table: 'muster' },
  ruleset: `add table inet muster\ndelete table inet muster\ntable inet muster { set ${id} { type inet_service; }\n}\n`,
  ...more,
});

const rejects = (code: ErrorCode, what: Promise<unknown>) =>
  assert.rejects(what, (error: unknown) => error instanceof MusterError && error.code === code);

async function open(t: TestContext) {
  const host = await addNamespace();
  const top = await mkdtemp(join(tmpdir(), 'muster-rollback-'));
  const folder = join(top, 'firewall');
  const shell: Shell = {
    ...host.shell,
    run: (argv, options) => host.shell.run([...WITHOUT_SYSTEMD, ...argv], options),
  };
  const back = (over = shell) => rollback.open({ shell: over, options: { folder } });
  const timers = () => timersOf(folder);
  t.after(async () => {
    await killTimersOf(folder);
    await host.remove();
    await rm(top, { recursive: true });
  });
  return {
    ...{ host, folder, timers },
    /** Through a shell that has every program run by another one. */
    through: (...by: string[]) =>
      back({ ...shell, run: (argv, options) => shell.run([...by, ...argv], options) }),
    ...back(),
    /** The name of the set that is in force. */
    inForce: async () => /set (\S+) /.exec(await host.run('nft', 'list', 'ruleset'))?.[1],
    /** Has one kept. */
    async settle(id: string, seen = 'none') {
      await back().apply(change(id, HOUR, { seen }));
      await back().keep(id);
    },
    files: async () => (await readdir(folder)).sort(),
  };
}

describe('a packet filter that a timer keeps', { skip }, () => {
  test('leaves nothing on a host that is only asked how it stands', async (t) => {
    const at = await open(t);
    assert.deepEqual(await at.show(), { boots: false });
    await assert.rejects(readdir(at.folder), { code: 'ENOENT' });
  });

  test('has what to go back to and its timer before it is in force, for root alone to read', async (t) => {
    const at = await open(t);
    await at.apply(change('one'));
    assert.equal(await at.inForce(), 'one');
    assert.deepEqual(await at.files(), ['good', 'pending', 'script']);
    // It forks for what it does: for a moment there are more.
    assert.ok((await at.timers()).length > 0);
    assert.match(
      await at.host.run('stat', '-c', '%a %U', at.folder, join(at.folder, 'good')),
      /^700 root\n600 root\n$/,
    );
    await at.keep('one');
    await until(async () => (await at.timers()).length === 0, 'the timer to end');
    assert.deepEqual(await at.files(), ['before', 'good', 'script']);
  });

  test('goes back to the one before where the last good one was damaged', async (t) => {
    const at = await open(t);
    await at.settle('one');
    await at.settle('two', 'one');
    for (const damage of ['good', 'pending']) {
      await at.apply(change('three', HOUR, { seen: (await at.show()).good?.id ?? '' }));
      await appendFile(join(at.folder, damage), ' ');
      await at.boot('muster');
      const { good, pending } = await at.show();
      assert.deepEqual([good?.id, pending, await at.inForce()], ['one', undefined, 'one'], damage);
    }
  });

  test('leaves what is in force where no good one can be read, says so, and refuses to change it', async (t) => {
    const at = await open(t);
    await at.settle('one');
    await at.apply(change('two', HOUR, { seen: 'one' }));
    for (const file of ['good', 'before']) await writeFile(join(at.folder, file), '');
    await rejects('firewall.trouble', at.boot('muster'));
    await rejects('firewall.trouble', at.revert('two'));
    assert.equal((await at.show()).trouble, 'lost');
    assert.equal(await at.inForce(), 'two');
    await rm(join(at.folder, 'pending'));
    await rejects('firewall.trouble', at.apply(change('three')));
    assert.equal(await at.inForce(), 'two');
  });

  test('at boot takes back what nobody kept, loads what is missing, and leaves what others changed', async (t) => {
    const at = await open(t);
    await at.boot('muster');
    await at.settle('one');
    await at.host.run('nft', 'add', 'set', 'inet', 'muster', 'theirs', '{ type inet_service; }');
    await at.boot('muster');
    assert.match(await at.host.run('nft', 'list', 'ruleset'), /set theirs/);
    await at.host.run('nft', 'flush', 'ruleset');
    await at.boot('muster');
    assert.equal(await at.inForce(), 'one');
    await at.apply(change('two', HOUR, { seen: 'one' }));
    await at.boot('muster');
    assert.equal(await at.inForce(), 'one');
  });

  test('is taken back late by whoever asks next, where the timer was killed', async (t) => {
    const at = await open(t);
    await at.settle('one');
    await at.apply(change('two', 1_000, { seen: 'one' }));
    await killTimersOf(at.folder);
    await until(async () => (await at.show()).pending === undefined);
    assert.equal(await at.inForce(), 'one');
    await rejects('firewall.gone', at.keep('two'));
  });

  test('is late by the time since the host started, whatever a clock says', async (t) => {
    const at = await open(t);
    await at.settle('one');
    await at.apply(change('two', HOUR / 2, { seen: 'one' }));
    const { pending } = await at.show();
    assert.ok(pending && pending.left > HOUR / 4 && pending.left <= HOUR / 2, String(pending?.left));
    // A laptop that slept for an hour.
    const later = at.through('unshare', '--time', '--boottime', '3600', '--fork');
    assert.equal((await later.show()).pending, undefined);
    assert.equal(await at.inForce(), 'one');
    assert.doesNotMatch(SCRIPT, /\bdate\b/);
  });

  test('is either kept or taken back where both come at the same moment, and says which', async (t) => {
    const at = await open(t);
    await at.settle('zero');
    let last = 'zero';
    for (let i = 0; i < 6; i += 1) {
      const id = `try${i}`;
      await at.apply(change(id, 1_000, { seen: last }));
      const wait = (await at.show()).pending?.left ?? 0;
      await new Promise((resolve) => setTimeout(resolve, wait - 40 + 10 * i));
      const kept = await at.keep(id).then(
        () => true,
        (error: MusterError) => {
          assert.equal(error.code, 'firewall.gone');
          return false;
        },
      );
      if (kept) last = id;
      const { good, pending } = await at.show();
      assert.deepEqual([good?.id, pending, await at.inForce()], [last, undefined, last]);
    }
  });

  test('changes nothing where nft refuses it, where it does not arrive whole, and where another came first', async (t) => {
    const at = await open(t);
    await at.settle('one');
    const before = await at.files();
    await rejects(
      'firewall.refused',
      at.apply(change('two', HOUR, { seen: 'one', ruleset: 'add nonsense\n' })),
    );
    await rejects('firewall.moved', at.apply(change('two', HOUR, { seen: 'zero' })));
    const upload = uploadOf(change('two'));
    for (const text of ['', upload.slice(0, 40), upload.slice(0, -2), upload.slice(1)]) {
      const argv = commandArgv(at.folder, 'apply', 'two', '60', 'one', 'muster');
      const { code } = await at.host.shell.run(argv, { stdin: text, accept: Object.values(ENDS) });
      assert.equal(code, ENDS.cut);
    }
    const argv = commandArgv(at.folder, 'install', 'muster', '0'.repeat(64));
    assert.equal((await at.host.shell.run(argv, { stdin: 'rm', accept: [ENDS.cut] })).code, ENDS.cut);
    assert.deepEqual([await at.inForce(), await at.files()], ['one', before]);
    assert.equal(await readFile(join(at.folder, 'script'), 'utf8'), SCRIPT);
  });

  test("is for root, with the programs that it needs, in a folder that is root's", async (t) => {
    const at = await open(t);
    await rejects('firewall.root', at.through('setpriv', '--reuid=65534', '--clear-groups').show());
    const poor = at.through(
      'unshare',
      '--mount',
      'sh',
      '-c',
      'mount --bind /dev/null "$(command -v flock)" && exec "$@"',
      'sh',
    );
    await rejects('shell.notfound', poor.show());
    await mkdir(at.folder);
    await chown(at.folder, 65_534, 65_534);
    await rejects('firewall.refused', at.show());
    await rejects('firewall.refused', at.apply(change('one')));
    assert.deepEqual(await at.files(), []);
  });
});

test('the script is one that any POSIX shell reads', () => {
  for (const shell of [['sh'], ['busybox', 'sh'], ['bash', '--posix']]) {
    const { status, stderr, error } = spawnSync(shell[0] as string, [...shell.slice(1), '-n'], {
      input: SCRIPT,
    });
    // Which of them are installed is another matter.
    if (!error || shell[0] === 'sh') assert.deepEqual([status, String(stderr)], [0, '']);
  }
});
