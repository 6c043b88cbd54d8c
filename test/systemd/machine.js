/** A whole machine for a test: this one's files under a layer of its own, booted by a real systemd in a network namespace. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ended } from '../integration/muster.js';
import { until } from '../until.js';
const exec = promisify(execFile);
/** What it boots to: what any machine has running, and nothing of what is installed on this one. */
const TARGET = 'muster-test.target';
const UNITS = '/etc/systemd/system';
const REPOSITORY = new URL('../..', import.meta.url).pathname;
/** Where it lies in the machine, which need not see every folder of this one. */
const MUSTER = '/usr/local/lib/muster';
/** `muster` is installed in it. */
export async function openMachine({ name }, files) {
    const folder = await mkdtemp(join(tmpdir(), 'muster-machine-'));
    // What it writes lies in memory: also where this machine's own root is a layer over another.
    await exec('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'muster-machine', folder]);
    const [upper, work, root] = [join(folder, 'upper'), join(folder, 'work'), join(folder, 'root')];
    await Promise.all([upper, work, root].map((one) => mkdir(one)));
    for (const [path, file] of Object.entries({ ...STANDARD, ...files })) {
        await mkdir(dirname(join(upper, path)), { recursive: true });
        if (typeof file === 'string')
            await writeFile(join(upper, path), file);
        else
            await symlink(file.link, join(upper, path));
    }
    // An id of its own: it is not this machine.
    await writeFile(join(upper, 'etc/machine-id'), '');
    await exec('mount', [
        ...['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'muster-machine', root],
    ]);
    let container;
    let leader = 0;
    const cut = async () => {
        if (!container)
            return;
        const gone = ended(container);
        if (leader > 0)
            process.kill(leader, 'SIGKILL');
        else
            container.kill('SIGKILL');
        await gone;
        [container, leader] = [undefined, 0];
    };
    const inside = async (argv, stdin = '') => {
        const running = exec('nsenter', ['--all', `--target=${leader}`, '--wdns=/', '--', ...argv], {
            env: { PATH: process.env.PATH, LC_ALL: 'C' },
            maxBuffer: 64 * 1024 * 1024,
        });
        // It need not read.
        running.child.stdin?.on('error', () => { }).end(stdin);
        return (await running).stdout;
    };
    return {
        async boot() {
            const started = spawn('systemd-nspawn', [
                ...[
                    '--quiet',
                    '--boot',
                    '--capability=CAP_NET_ADMIN',
                    '--register=no',
                    '--keep-unit',
                    `--directory=${root}`,
                ],
                ...[`--machine=${basename(folder)}`, `--network-namespace-path=/run/netns/${name}`],
                ...[`--bind-ro=${REPOSITORY}:${MUSTER}`, `--bind-ro=${process.execPath}:/usr/local/bin/node`],
                ...['--link-journal=no', '--resolv-conf=off', '--timezone=off', '--console=read-only'],
                ...['--', `systemd.unit=${TARGET}`],
            ], { stdio: ['ignore', 'pipe', 'pipe'] });
            let said = '';
            for (const stream of [started.stdout, started.stderr])
                stream?.on('data', (chunk) => {
                    said = `${said}${chunk}`.slice(-4_000);
                });
            container = started;
            const gone = ended(started).then(() => Promise.reject(new Error(`It does not boot: ${said}`)));
            gone.catch(() => { });
            const up = async () => {
                leader = (await childOf(started.pid)) ?? 0;
                if (leader === 0)
                    return false;
                return (await inside(['systemctl', 'is-active', TARGET]).catch(() => '')).trim() === 'active';
            };
            await Promise.race([until(up, 'the machine to boot'), gone]);
        },
        cut,
        run: inside,
        async remove() {
            await cut();
            await exec('umount', [root]);
            await exec('umount', [folder]);
            await rm(folder, { recursive: true });
        },
    };
}
const STANDARD = {
    [`${UNITS}/${TARGET}`]: `[Unit]
Requires=basic.target
Wants=dbus.service
After=basic.target dbus.service
AllowIsolate=yes
`,
    [`${UNITS}/docker.socket`]: { link: '/dev/null' },
    '/usr/local/bin/muster': { link: `${MUSTER}/bin/muster.mjs` },
};
/** The first process of a container, by the one that watches it. */
async function childOf(pid) {
    const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
    for (const task of tasks) {
        const text = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '');
        const child = Number(text.trim().split(' ')[0]);
        if (child > 0 && (await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')) === 'systemd\n')
            return child;
    }
    return undefined;
}
