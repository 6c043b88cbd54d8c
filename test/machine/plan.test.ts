import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Archived, archiveOf } from '../../src/archive.ts';
import { Inventory } from '../../src/boot.ts';
import { MACHINE, run, serving } from './sh.ts';

/** Programs that change a machine, which here only say how they were called. */
const STAND_INS = ['useradd', 'chown', 'systemctl', 'journalctl', 'id'];

/** That of Debian: busybox is the shell of the initramfs only. */
const shell = 'dash';

describe('a machine that is given something', { concurrency: true }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-plan-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Applies an archive with a plan in it to a folder. `states` are what systemd says of any unit, one after the other. */
  async function applied(entries: Archived[], plan?: string, script = '') {
    const own = await mkdtemp(join(folder, 'own-'));
    const [root, programs] = [join(own, 'root'), join(own, 'programs')];
    await mkdir(root);
    await mkdir(programs);
    for (const name of STAND_INS) {
      const code = name === 'id' ? 'exit 1' : '[ -f "$CALLS.fails" ] && exit 1; exit 0';
      await writeFile(
        join(programs, name),
        `#!/bin/sh\nprintf '%s' ${name} >>"$CALLS"\nfor a; do printf '|%s' "$a" >>"$CALLS"; done\necho >>"$CALLS"\n${code}\n`,
      );
      await chmod(join(programs, name), 0o755);
    }
    const all: Archived[] = [
      ...entries,
      ...(plan === undefined
        ? []
        : [{ path: 'run/muster/boot/plan', content: plan, mode: 0o600 } satisfies Archived]),
    ];
    await writeFile(join(own, 'given.tar'), archiveOf(all, 0));
    const calls = join(own, 'calls');
    const { code, stdout } = await run(
      shell,
      `. ${MACHINE}/calls.sh; . ${MACHINE}/plan.sh; BOOT_URL=; ${script}\napply_given "$1" "$2"`,
      { CALLS: calls, PATH: `${programs}:${process.env.PATH}` },
      [own, root],
    );
    const read = (name: string) => readFile(join(own, name), 'utf8').catch(() => undefined);
    return { code, stdout, root, calls: (await read('calls'))?.trim().split('\n') ?? [], read };
  }

  test('has its files with their modes, and its plan done in order, users first', async () => {
    const files: Archived[] = [
      { path: 'root/.ssh', folder: true, mode: 0o700 },
      { path: 'root/.ssh/authorized_keys', content: 'ssh-ed25519 A\n', mode: 0o600 },
    ];
    const plan =
      'report a%20b\nowner %2Fhome%2Fdeploy deploy deploy 0755\nuser deploy\nreload-network\nstart nginx.service\n';
    const { code, root, calls, read } = await applied(
      files,
      plan,
      'chmod() { printf "chmod|%s\\n" "$*" >>"$CALLS"; }',
    );
    assert.equal(code, 0, await read('why'));
    assert.equal((await stat(join(root, 'root/.ssh/authorized_keys'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(root, 'root/.ssh'))).mode & 0o777, 0o700);
    assert.deepEqual(calls, [
      'id|-u|--|deploy',
      'useradd|--create-home|--shell|/bin/bash|--|deploy',
      'chown|-h|--|deploy:deploy|/home/deploy',
      'chmod|-- 0755 /home/deploy',
      'systemctl|restart|--no-block|systemd-networkd.service',
      'systemctl|start|--no-block|--|nginx.service',
    ]);
    assert.equal(await read('units'), 'nginx.service\n');
  });

  test('knows new units only once systemd has read them', async () => {
    const unit: Archived = { path: 'etc/systemd/system/shop.service', content: '[Service]\n', mode: 0o644 };
    const { calls } = await applied([unit], 'start shop.service\n');
    assert.deepEqual(calls, ['systemctl|daemon-reload', 'systemctl|start|--no-block|--|shop.service']);
  });

  test('is given nothing, which is well', async () => {
    assert.equal((await applied([])).code, 0);
  });

  test('does not run what somebody wrote into a word', async () => {
    const never = join(folder, 'never');
    for (const plan of [
      `start $(touch$IFS${never})\n`,
      `start \`touch ${never}\`\n`,
      `user a;touch ${never}\n`,
    ]) {
      const { code, read } = await applied([], plan);
      assert.equal(code, 1, plan);
      assert.equal(await read('cause'), 'plan');
    }
    const evil = encodeURIComponent(`$(touch ${never})'"\\x41\nb`).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    );
    const { code, calls } = await applied([], `start ${evil}\n`);
    assert.equal(code, 0);
    assert.equal(calls.join('\n'), `systemctl|start|--no-block|--|$(touch ${never})'"\\x41\nb`);
    await assert.rejects(stat(never));
  });

  test('refuses what it does not understand, and half of an archive', async () => {
    assert.equal((await applied([], 'dance now\n')).code, 1);
    assert.equal((await applied([], 'start a b c d e f\n')).code, 1);
    const own = await mkdtemp(join(folder, 'own-'));
    await writeFile(
      join(own, 'given.tar'),
      archiveOf([{ path: 'a', content: 'x'.repeat(2_000), mode: 0o644 }], 0).subarray(0, 1_500),
    );
    const { code } = await run(
      shell,
      `. ${MACHINE}/calls.sh; . ${MACHINE}/plan.sh; apply_given "$1" "$1"`,
      {},
      [own],
    );
    assert.equal(code, 1);
    assert.equal(await readFile(join(own, 'cause'), 'utf8'), 'unpack');
  });

  test('says what could not be unpacked, and that there was no room where there was none', async () => {
    const file: Archived = { path: 'a', content: 'x', mode: 0o644 };
    for (const [room, cause] of [['0', 'unpack'] as const, ['99999999999', 'space'] as const]) {
      const { code, read } = await applied([file], undefined, `ROOM=${room}; mkdir -p "$2/a/b"`);
      assert.equal(code, 1);
      assert.equal(await read('cause'), cause);
      assert.match((await read('why')) ?? '', /^tar: a/);
    }
  });

  test('says which service would not start', async () => {
    const { code, read } = await applied([], 'start nginx.service\n', ': >"$CALLS.fails"');
    assert.equal(code, 1);
    assert.equal(await read('cause'), 'service');
    assert.match((await read('why')) ?? '', /^nginx\.service/);
  });

  /** What waiting for units says where systemd says these of one. */
  const awaited = async (states: Record<string, string>) => {
    const own = await mkdtemp(join(folder, 'own-'));
    await writeFile(join(own, 'units'), 'a.service\n');
    const systemctl = `systemctl() { case $2 in ${Object.entries(states)
      .map(([name, value]) => `--property=${name}) echo "${value}" ;;`)
      .join(' ')} esac; }\njournalctl() { echo "last words"; }`;
    const script = `. ${MACHINE}/calls.sh; . ${MACHINE}/plan.sh\n${systemctl}\nawait_units "$1/units" 1`;
    const { code } = await run(shell, script, {}, [own]);
    return { code, why: await readFile(join(own, 'why'), 'utf8').catch(() => '') };
  };

  test('is up once its services run or ran well, and tells the last words of one that failed or never began', async () => {
    assert.equal((await awaited({ ActiveState: 'active' })).code, 0);
    assert.equal((await awaited({ ActiveState: 'inactive', Result: 'success', Job: '0' })).code, 0);
    // It was begun long ago, or just now: then it may end at once.
    const begun = { ActiveState: 'active', Type: 'exec' };
    assert.equal((await awaited({ ...begun, ActiveEnterTimestampMonotonic: '1' })).code, 0);
    const young = await awaited({ ...begun, ActiveEnterTimestampMonotonic: '999999999999999' });
    assert.deepEqual([young.code, young.why], [1, 'a.service: active: last words']);
    const failed = await awaited({ ActiveState: 'failed', Result: 'exit-code', Job: '0' });
    assert.deepEqual([failed.code, failed.why], [1, 'a.service: failed (exit-code): last words']);
    const stuck = await awaited({ ActiveState: 'activating', Result: 'success', Job: '12' });
    assert.deepEqual([stuck.code, stuck.why], [1, 'a.service: activating: last words']);
  });

  test('tells what is in it, whatever its firmware says of itself', async () => {
    const machine = await mkdtemp(join(folder, 'machine-'));
    const write = async (path: string, content: string) => {
      const file = join(machine, path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, content);
    };
    await write(
      'proc/cpuinfo',
      'processor\t: 0\nmodel name\t: Some "CPU" \\ 1\nprocessor\t: 1\nmodel name\t: x\n',
    );
    await write('proc/meminfo', 'MemTotal:        2048 kB\nMemFree: 1 kB\n');
    await write('sys/block/sda/size', '4096\n');
    await write('sys/block/sda/device/model', ' DISK"; $(x) \n');
    await write('sys/block/loop0/size', '1\n');
    await write('sys/class/net/eth0/address', '52:54:00:00:00:01\n');
    await write('sys/class/net/eth0/carrier', '1\n');
    await write('sys/class/net/eth0/device/x', '');
    await write('sys/class/net/lo/address', '00:00:00:00:00:00\n');
    await write('sys/class/dmi/id/sys_vendor', 'Vendör\x1b[2J\n');
    await write('sys/class/dmi/id/product_uuid', '1234\n');
    const { stdout } = await run(shell, `. ${MACHINE}/inventory.sh; inventory "$1"`, {}, [machine]);
    assert.deepEqual(Inventory.parse(JSON.parse(stdout)), {
      cpu: { model: 'Some CPU  1', cores: 2 },
      memory: 2_097_152,
      disks: [{ name: 'sda', bytes: 2_097_152, model: 'DISK; $(x)' }],
      nics: [{ name: 'eth0', mac: '52:54:00:00:00:01', link: true }],
      vendor: 'Vendr[2J',
      product: '',
      serial: '',
      uuid: '1234',
    });
  });

  test('waits until it is adopted and told to boot, or nobody knows of it any more, and begins anew then', async () => {
    for (const [last, status] of [['restart', 200] as const, ['boot.token', 404] as const]) {
      let asked = 0;
      const server = await serving((_, response) => {
        asked += 1;
        // Of somebody who is there no more, too many ask, or there is nothing to do yet.
        if (asked === 1) response.destroy();
        else if (asked === 2) response.writeHead(429).end('boot.busy\n');
        else if (asked === 3) response.end('wait\n');
        else response.writeHead(status).end(`${last}\n`);
      });
      const own = await mkdtemp(join(folder, 'own-'));
      await writeFile(join(own, 'line'), `muster.boot=${server.url}/v1/boots/x muster.discover=1\n`);
      await writeFile(join(own, 'systemctl'), '#!/bin/sh\necho "systemctl $*"\n', { mode: 0o755 });
      const { stdout } = await run(
        shell,
        `exec sh "$1/machine" wait`,
        {
          ...{ LINE_FILE: join(own, 'line'), MUSTER_RUN: own, CONSOLE: '/dev/null', LOOK: '0.05' },
          PATH: `${own}:${process.env.PATH}`,
        },
        [MACHINE],
      );
      await server.close();
      assert.deepEqual([stdout, asked], ['systemctl reboot\n', 4]);
    }
  });

  test('tells of this very machine what the boot server takes', async () => {
    const { stdout } = await run(shell, `. ${MACHINE}/inventory.sh; inventory /`);
    const inventory = Inventory.parse(JSON.parse(stdout));
    assert.ok(inventory.cpu.cores > 0 && inventory.memory > 0);
  });
});
