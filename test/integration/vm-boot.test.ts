/** Virtual machines from chat, on real parts: made by libvirt, booted by the boot server as any machine, and removed; the manager is killed in the middle of it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { processes } from '../../src/adapters/local/processes.ts';
import { isFinal } from '../../src/events.ts';
import { virtuals } from '../../src/jobs/vm/machine.ts';
import { LIBVIRT, startLibvirtIn } from '../libvirt.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, openBootLan, PATIENT } from './boot-lan.ts';
import { ended } from './muster.ts';
import { linesOf } from './within.ts';

/** virsh, which can be held: after it has done what the file `after` names, and before it does what `before` names. */
const VIRSH = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
held() { [ "$(cat "$1" 2>/dev/null)" = "$2" ] || return 0; echo $$ >held; while [ -e "$1" ]; do sleep 0.1; done; }
held before "$3"
/usr/bin/virsh "$@"; code=$?
held after "$3"
exit $code
`;
const WISH = '--on local --network boot --memory 1GB --cpus 1 --firmware bios --profile worker';

describe('virtual machines that boot from muster start', {
  skip: needs([...LAN_NEEDS, ...LIBVIRT]),
}, () => {
  let lan: BootLan;
  let libvirt: Awaited<ReturnType<typeof startLibvirtIn>>;
  let manager: ChildProcess;
  let bin: string;

  before(async () => {
    bin = await mkdtemp(join(tmpdir(), 'muster-bin-'));
    lan = await openBootLan({ machines: [], environment: { PATH: `${bin}:${process.env.PATH}` } });
    await writeFile(join(bin, 'virsh'), VIRSH, { mode: 0o755 });
    const sockets = join(lan.muster.folder, 'libvirt');
    await mkdir(sockets);
    libvirt = await startLibvirtIn(lan.host, sockets);
    const networks = { boot: { kind: 'bridge', device: 'br0' } };
    const tools = { libvirt: { uri: libvirt.uri, type: 'qemu', networks, pause: '100ms' } };
    await lan.configure({
      hosts: { local: { link: 'local', root: lan.root, tools } },
      images: { tiny: {} },
      profiles: { worker: { image: 'tiny', deadlines: PATIENT } },
    });
    manager = await lan.start();
  });
  after(async () => {
    await libvirt?.stop();
    await lan?.close();
    await rm(bin, { recursive: true, force: true });
  });

  const virsh = (...argv: string[]) =>
    lan.host.run('/usr/bin/virsh', `--connect=${libvirt.uri}`, '--quiet', ...argv);
  const domains = async () => (await virsh('list', '--all', '--name')).split('\n').filter(Boolean);
  const texts = async (line: string) =>
    (await lan.muster.say(line)).events.map((event) => ('text' in event ? event.text : '')).join('\n');
  const lines = async (line: string) => linesOf(await lan.muster.say(line)).join('\n');

  /** The number of the virsh that is held, if one is. */
  const held = async () => Number(await readFile(join(bin, 'held'), 'utf8').catch(() => '')) || undefined;
  const lives = async (pid: number) => (await processes()).some((one) => one.pid === pid && one.alive);
  const free = async (when: 'before' | 'after') => {
    await rm(join(bin, when));
    await rm(join(bin, 'held'));
  };
  /** Types a line whose run asks virsh for a deed, kills the manager there, and starts it again: it ends what is held, and goes on. */
  async function killed(
    when: 'before' | 'after',
    deed: string,
    line: string,
    begin = lan.begin,
  ): Promise<string> {
    await writeFile(join(bin, when), deed);
    const run = await begin(line);
    const first = await until(held, `virsh ${deed}`);
    const over = ended(manager);
    manager.kill('SIGKILL');
    await over;
    assert.ok(await lives(first), 'what it began goes on without it');
    manager = await lan.start();
    const again = async () => (await held()) !== first || isFinal((await lan.runs.get(run)).status);
    await until(again, 'it does it again, or need not', BOOT_MS);
    assert.ok(!(await lives(first)), 'what an earlier start began is ended');
    await free(when);
    return run;
  }
  /** A line that has to be confirmed first. */
  const confirm = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const see = (event: object) => {
        const { text = '', run } = event as { text?: string; run?: string };
        if (run !== undefined) resolve(run);
        const [, id] = /\/confirm (r-\w+)/.exec(text) ?? [];
        if (id !== undefined) lan.muster.say(`/confirm ${id}`, see).catch(reject);
      };
      lan.muster.say(line, see).catch(reject);
    });

  test('are made whole, or not at all, where the manager is killed in the middle', async () => {
    const run = await killed('after', 'define', `/vm create web-1 ${WISH}`);
    assert.equal((await lan.ended(run)).status, 'succeeded', (await lan.ended(run)).summary);
    assert.deepEqual(await domains(), ['web-1']);
    const { build } = (await virtuals(lan.state))['web-1']!;
    assert.match(await texts('/machine list'), /web-1 .*worker/);
    assert.ok((await texts('/machine show web-1')).includes(build.mac));

    await writeFile(join(bin, 'after'), 'define');
    const other = await lan.begin(`/vm create web-2 ${WISH} --disk 10MB`);
    await until(held, 'virsh define');
    assert.deepEqual((await domains()).sort(), ['web-1', 'web-2']);
    await lan.muster.say(`/cancel ${other}`);
    assert.equal((await lan.ended(other)).status, 'cancelled');
    await free('after');
    assert.deepEqual(await domains(), ['web-1']);
    assert.deepEqual(Object.keys(await virtuals(lan.state)), ['web-1']);
    assert.equal((await virsh('vol-list', 'muster')).trim(), '');
  });

  test('boot as any other machine, also where the manager is killed before they are on', async () => {
    await lan.publish((await lan.image()).bootable, { promote: true });
    const run = await killed('before', 'start', '/machine boot web-1');
    const { status, summary } = await lan.ended(run);
    assert.equal(status, 'succeeded', `${summary}\n${await lines('/vm console web-1 --lines 60')}`);
    const [boot] = await lan.boots('web-1');
    assert.deepEqual([boot?.outcome, boot?.version], ['up', 'tiny@2026-11-21.1']);
    assert.match(await lines('/vm list'), /^● web-1 · on, on local/);
    assert.match(await texts('/machine show web-1'), /power: libvirt, on\n[\s\S]*tiny@2026-11-21\.1/);
    assert.match(await lines('/vm console web-1 --lines 200'), /Muster boots web-1 with tiny/);
  });

  test('are stopped and removed, with all that is known of them', async () => {
    const stopped = await lan.ended(await lan.begin('/vm stop web-1 --hard'));
    assert.equal(stopped.status, 'succeeded', stopped.summary);
    assert.match(await lines('/vm list'), /^○ web-1 · off, on local/);
    const run = await killed('after', 'undefine', '/vm destroy web-1', confirm);
    assert.equal((await lan.ended(run)).status, 'succeeded', (await lan.ended(run)).summary);
    assert.deepEqual([await domains(), await virtuals(lan.state)], [[], {}]);
    assert.doesNotMatch(await texts('/machine list'), /web-1/);
    assert.deepEqual(await lan.boots('web-1'), []);
    await assert.rejects(stat(join(lan.root, 'vms/web-1')), { code: 'ENOENT' });
  });
});
