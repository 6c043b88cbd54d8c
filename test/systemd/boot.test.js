/** The shipped units on a machine that a real systemd boots: what is in force after the power failed, and what each may do. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openIdentity } from '../../src/adapters/icp/identity.js';
import { AGENT_PORT } from '../../src/config/config.js';
import { Firewall } from '../../src/firewall/firewall.js';
import { inspectHost } from '../../src/jobs/host/inspect.js';
import { HOST, PORT } from '../agent/guardian/stage.js';
import { startManager } from '../agent/guardian/start-manager.js';
import { outsideAndHost } from '../namespaces.js';
import { needs } from '../needs.js';
import { until } from '../until.js';
import { openMachine } from './machine.js';
const skip = needs(['ip', 'nft', 'systemd-nspawn', 'root']);
const TRUSTED = {
    guardian: '/var/lib/private/muster-agent/guardian/trusted',
    worker: '/var/lib/muster-agent/worker/trusted',
};
/** Stands for what brings the network up: notes what is filtered when its turn comes. */
const NETWORK = `[Unit]
After=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'nft list ruleset > /run/before-network'
`;
/** A booted machine with both daemons, which trust the manager outside. */
async function openRoom(t) {
    const { outside, host, remove } = await outsideAndHost();
    t.after(remove);
    const folder = await mkdtemp(join(tmpdir(), 'muster-boot-'));
    t.after(() => rm(folder, { recursive: true }));
    const identity = await openIdentity(folder, 'muster');
    const manager = startManager(outside, identity);
    t.after(() => manager.end());
    const unit = (name) => readFile(new URL(`../../systemd/${name}`, import.meta.url), 'utf8');
    const files = {};
    const add = (name, text) => {
        files[`/etc/systemd/system/${name}`] = text;
        files[`/etc/systemd/system/muster-test.target.wants/${name}`] = { link: `/etc/systemd/system/${name}` };
    };
    for (const daemon of ['guardian', 'worker']) {
        add(`muster-${daemon}.service`, await unit(`muster-${daemon}.service`));
        files[TRUSTED[daemon]] = `${identity.fingerprint}\n`;
    }
    add('muster-test-network.service', NETWORK);
    const machine = await openMachine(host, files);
    t.after(() => machine.remove());
    await machine.boot();
    return {
        ...{ outside, host, machine, manager },
        async keyOf(daemon) {
            const said = ['journalctl', '--output=cat', '--no-pager', `--unit=muster-${daemon}`];
            return until(async () => /Its key is (\S+)/.exec(await machine.run(said))?.[1], `the ${daemon} to run`);
        },
    };
}
function resultOf(answer) {
    assert.ok('result' in answer, JSON.stringify(answer));
    return answer.result;
}
const letting = (...ports) => Firewall.parse({
    rules: [PORT, ...ports].map((port) => ({
        id: `port-${port}`,
        owner: 'config/test',
        protocol: 'tcp',
        ports: [port],
    })),
});
describe('a machine with the shipped units', { skip, timeout: 170_000 }, () => {
    test('after a power failure has in force what was kept, before its network is up, and nothing that was not', async (t) => {
        const { outside, host, machine, manager, keyOf } = await openRoom(t);
        const guardian = { address: HOST, port: PORT, key: await keyOf('guardian') };
        const connect = async () => {
            await manager.close().catch(() => { });
            await until(async () => (await manager.connect(guardian)) === undefined, 'the guardian');
        };
        const apply = (change, rules) => manager.ask('firewall.apply', { change, by: 'reem', rules, keepWithin: 3_600_000 });
        await host.listen({ address: HOST, port: 8_001 });
        await host.listen({ address: HOST, port: 8_002 });
        await connect();
        resultOf(await apply('f-1', letting(8_001)));
        await connect();
        resultOf(await manager.ask('firewall.keep', { change: 'f-1' }));
        resultOf(await apply('f-2', letting(8_002)));
        assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'open');
        await machine.cut();
        // What the kernel filtered goes with it.
        await host.run('nft', 'flush', 'ruleset');
        assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'open');
        await machine.boot();
        await connect();
        assert.equal(await outside.reach({ address: HOST, port: 8_001 }), 'open');
        assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'silent');
        const { good, drift } = resultOf(await manager.ask('firewall.show'));
        assert.deepEqual([good, drift], ['f-1', []]);
        const filtered = await machine.run(['cat', '/run/before-network']);
        assert.match(filtered, /8001/);
        assert.doesNotMatch(filtered, /8002/);
    });
    test("carries out the worker's steps, which may not touch the network's administration", async (t) => {
        const { machine, manager, keyOf } = await openRoom(t);
        const worker = { address: HOST, port: AGENT_PORT, key: await keyOf('worker') };
        await until(async () => (await manager.connect(worker)) === undefined, 'the worker');
        const place = { run: 'r-1', origin: 'r-1', direction: 'do', stage: 0, index: 0 };
        const step = await manager.ask('step.run', {
            job: { ...inspectHost({ host: 'web-2', needs: ['engine'] }), ...place },
            ...{ attempt: 1, again: false, cancelled: false, tools: {}, logins: {}, language: 'en' },
        });
        resultOf(step);
        const pid = (await machine.run(['systemctl', 'show', '--value', '--property=MainPID', 'muster-worker'])).trim();
        // Whatever it begins has what it has itself, and no more.
        const status = await machine.run([
            'grep',
            '-E',
            '^(CapEff|CapBnd|NoNewPrivs|Seccomp):',
            `/proc/${pid}/status`,
        ]);
        const effective = BigInt(`0x${/CapEff:\s+([0-9a-f]+)/.exec(status)?.[1]}`);
        const NET_ADMIN = 12n;
        const CHOWN = 0n;
        assert.equal((effective >> NET_ADMIN) & 1n, 0n);
        assert.equal((effective >> CHOWN) & 1n, 1n);
        assert.match(status, /NoNewPrivs:\s+1/);
    });
});
