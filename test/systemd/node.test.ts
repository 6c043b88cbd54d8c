/** A machine becomes one of Muster's, as people do it: added in the chat, the line run over there, its keys compared, its firewall closed, its units watched and reloaded. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openMuster, type Said } from '../integration/muster.ts';
import { Within } from '../integration/within.ts';
import { outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMachine } from './machine.ts';

const HOST = '10.66.0.2';
const KEY = /SHA256:[A-Za-z0-9+/]{43}/g;
const CONFIG = `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hub: {address: "10.66.0.1:7410"}
`;
const FIREWALL = 'firewall: {web: {hosts: [node-7], rules: {http: {ports: [80]}}}}\n';
/** A service that says what its file says, once it is started and each time that it is reloaded. */
const GREETER = `[Service]
ExecStartPre=/bin/cp /etc/greeter.conf /run/greeted
ExecStart=/bin/sleep infinity
ExecReload=/bin/cp /etc/greeter.conf /run/greeted
`;
const WATCHED = `checks: {greets: {kind: unit, on: [node-7], unit: greeter.service, every: 1s, bad: 1, good: 1}}
files:
  greeting:
    targets: [host/node-7]
    path: /etc/greeter.conf
    template: greeter.conf
    apply: {reload: greeter.service}
`;

/** A machine that knows nothing of Muster but its program, and a Muster that can reach it. */
async function openStory(t: TestContext) {
  const undo: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const act of undo.reverse()) await act();
  });
  const { outside, host, remove } = await outsideAndHost();
  undo.push(remove);
  const machine = await openMachine(host, {
    '/etc/systemd/system/greeter.service': GREETER,
    '/etc/greeter.conf': 'good morning\n',
  });
  undo.push(() => machine.remove());
  const muster = await openMuster({ 'muster.yml': CONFIG });
  undo.push(() => muster.stop());
  const programs = new Within();
  undo.push(() => programs.end());
  await programs.manager(outside, muster);
  await machine.boot();
  return { outside, host, machine, muster, say: (line: string) => muster.say(line) };
}

const textOf = ({ events, result }: Said): string =>
  [...events.flatMap((event) => ('text' in event ? event.text : [])), result.text].join('\n');

describe('a machine that is added in the chat', {
  skip: needs(['ip', 'nft', 'redis-server', 'systemd-nspawn', 'root']),
  timeout: 170_000,
}, () => {
  test('starts its daemons by one line, is trusted by its keys, is closed but for what is declared, has its units watched and reloaded, and stays so when its power fails', async (t) => {
    const { outside, host, machine, muster, say } = await openStory(t);
    const added = textOf(await say(`/host add node-7 --link icp --address ${HOST} --guardian`));
    const line = added.split('\n').find((one) => one.startsWith('muster agent install'));
    assert.ok(line, added);
    const printed = (await machine.run(['sh', '-c', line])).match(KEY) ?? [];
    assert.equal(printed.length, 2);

    const keys = await until(async () => {
      const listed = textOf(await say('/hosts'));
      return listed.includes('to be trusted') && [...new Set(listed.match(KEY))];
    }, 'the machine to answer');
    assert.deepEqual(keys, printed);
    const trusted = await say(`/host trust node-7 ${keys.join(' ')}`);
    assert.equal(trusted.exit, 0, textOf(trusted));

    for (const port of [80, 81]) await host.listen({ address: HOST, port });
    const reach = () => Promise.all([80, 81].map((port) => outside.reach({ address: HOST, port })));
    assert.deepEqual(await reach(), ['open', 'open']);
    await muster.configure({ 'muster.yml': `${CONFIG}${FIREWALL}` });
    assert.equal((await say('/reload')).exit, 0);
    const applied = await say('/firewall apply node-7');
    assert.equal(applied.exit, 0, textOf(applied));
    assert.deepEqual(await reach(), ['open', 'silent']);

    // A unit is looked at by its own systemd, and reloaded by it where a file of it changed: the process stays.
    await muster.configure({ 'muster.yml': `${CONFIG}${FIREWALL}${WATCHED}` });
    const config = join(muster.folder, 'config');
    for (const name of ['templates', 'data']) await mkdir(join(config, name));
    await writeFile(join(config, 'templates/greeter.conf'), 'good {{time}}\n');
    await writeFile(join(config, 'data/site.yml'), 'time: evening\n');
    assert.equal((await say('/reload')).exit, 0);
    const healthOf = (words: RegExp) =>
      until(async () => words.test(textOf(await say('/why-sick host/node-7'))), `health like ${words}`);
    await healthOf(/node-7: greets: greeter\.service is inactive/);
    await machine.run(['systemctl', 'start', 'greeter']);
    await until(async () => !/greets/.test(textOf(await say('/health host/node-7'))), 'the unit to be well');
    const pid = () => machine.run(['systemctl', 'show', '--property=MainPID', '--value', 'greeter']);
    const [before, greeted] = [await pid(), () => machine.run(['cat', '/run/greeted'])];
    assert.equal(await greeted(), 'good morning\n');
    const brought = await say('/config apply host/node-7 --overwrite');
    assert.equal(brought.exit, 0, textOf(brought));
    assert.deepEqual([await greeted(), await pid()], ['good evening\n', before]);
    await machine.run(['systemctl', 'kill', '--signal=KILL', 'greeter']);
    await healthOf(/node-7: greets: greeter\.service is failed/);

    await machine.cut();
    await host.run('nft', 'flush', 'ruleset');
    await machine.boot();
    // On a busy machine its guardian may begin to listen a little later.
    await until(async () => (await say('/firewall show node-7')).exit === 0, 'the guardian to answer');
    assert.deepEqual(await reach(), ['open', 'silent']);
    const status = await machine.run(['systemctl', 'is-active', 'muster-worker', 'muster-guardian']);
    assert.deepEqual(status.trim().split('\n'), ['active', 'active']);
  });
});
