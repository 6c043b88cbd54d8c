/** A host's firewall from the chat, through the built program: a guardian in a network namespace, Muster in another one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Namespace, outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';
import { holding, linesOf, Within } from './within.ts';

const HOST = '10.66.0.2';

describe('a firewall from the chat', { skip: needs(['ip', 'nft', 'redis-server', 'root']) }, () => {
  let muster: TestMuster;
  let outside: Namespace;
  let host: Namespace;
  let remove: () => Promise<void>;
  const programs = new Within();
  let key = '';

  const configure = (rules: string, more = '') =>
    muster.configure({
      'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {web: {link: ssh, address: "${HOST}", guardian: {address: "${HOST}", key: "${key}"}}}
firewall: {web: {hosts: [web], rules: ${rules}${more}}}
`,
    });
  const say = async (line: string): Promise<Said> => muster.say(line);
  /** A change that a person is to keep. */
  const hold = (time: string) => holding(muster, `/firewall apply web --hold ${time}`);
  const open = async (port: number) => (await outside.reach({ address: HOST, port })) === 'open';

  before(async () => {
    ({ outside, host, remove } = await outsideAndHost());
    muster = await openMuster({ 'muster.yml': '{}' });
    key = await programs.guardian(host, muster);
    for (const port of [80, 81]) await host.listen({ address: HOST, port });
    await configure('{http: {ports: [80]}}');
    await programs.manager(outside, muster);
  });
  after(async () => {
    await programs.end();
    await muster?.stop();
    await remove?.();
  });

  test('"/firewall plan" says what would change, and changes nothing', async () => {
    const said = await say('/firewall plan web');
    assert.equal(said.exit, 0, said.result.text);
    assert.ok(
      linesOf(said).some((line) => /^\+ tcp 80 from anywhere \(config\/web\)$/.test(line)),
      linesOf(said).join('\n'),
    );
    assert.ok(await open(81));
  });

  test('"/firewall apply" lets in what is declared and nothing else, and is kept', async () => {
    const said = await say('/firewall apply web');
    assert.equal(said.exit, 0, said.result.text);
    assert.deepEqual([await open(80), await open(81)], [true, false]);
    const shown = linesOf(await say('/firewall show web'));
    assert.ok(
      shown.some((line) => line.startsWith('tcp 80 from anywhere')),
      shown.join('\n'),
    );
    assert.ok(
      shown.some((line) => line.startsWith('tcp 4227 from anywhere (muster)')),
      shown.join('\n'),
    );
  });

  test('"/firewall open" and "close" let in more for as long as it is wanted, with a name to it', async () => {
    assert.equal((await say('/firewall open web 81')).exit, 0);
    assert.ok(await open(81));
    assert.ok(
      linesOf(await say('/firewall show web')).some((line) =>
        line.includes('tcp 81 from anywhere (person/reem)'),
      ),
    );
    assert.match((await say('/firewall why web 81')).result.text, /open\/tcp-81 \(person\/reem\)/);
    assert.equal((await say('/firewall close web 82')).exit, 2);
    assert.equal((await say('/firewall close web 81')).exit, 0);
    assert.equal(await open(81), false);
    assert.match((await say('/firewall why web 81')).result.text, /no rule/);
  });

  test('a change after which a port does not answer any more is taken back', async () => {
    await configure('{http: {ports: [81]}}', ', probes: [80]');
    await say('/reload');
    const { exit, result } = await say('/firewall apply web');
    assert.deepEqual([exit, result.code], [1, 'firewall.probe']);
    assert.deepEqual([await open(80), await open(81)], [true, false]);
    const shown = linesOf(await say('/firewall show web'));
    assert.ok(
      shown.some((line) => line.startsWith('tcp 80 ')),
      shown.join('\n'),
    );
  });

  test('a change that a person is to keep waits for that, and goes when nobody does', async () => {
    await configure('{http: {ports: [80, 81]}}');
    await say('/reload');
    const { run, held } = await hold('5m');
    await until(() => open(81), 'the change to be in force');
    assert.equal((await say(`/firewall keep web ${run}`)).exit, 0);
    const kept = await held;
    assert.equal(kept.exit, 0, kept.result.text);
    await configure('{http: {ports: [80]}}');
    await say('/reload');
    const brief = await hold('2s');
    const lapsed = await brief.held;
    assert.deepEqual([lapsed.exit, lapsed.result.code], [1, 'firewall.unkept']);
    assert.ok(await open(81));
    const { exit, result } = await say(`/firewall keep web ${brief.run}`);
    assert.deepEqual([exit, result.code], [1, 'firewall.gone']);
  });

  test('what others changed is told, and not overwritten unasked', async () => {
    const text = await host.run('nft', 'list', 'table', 'inet', 'muster');
    const chain = /chain (\w+) \{\s+type filter hook prerouting/.exec(text)?.[1] as string;
    await host.run('nft', 'insert', 'rule', 'inet', 'muster', chain, 'tcp', 'dport', '8080', 'accept');
    assert.ok(
      linesOf(await say('/firewall show web')).some((line) => /changed by others: \+ .*8080/.test(line)),
    );
    const { exit, result } = await say('/firewall apply web');
    assert.deepEqual([exit, result.code], [1, 'firewall.drift']);
    assert.equal((await say('/firewall apply web --overwrite')).exit, 0);
    assert.doesNotMatch(await host.run('nft', 'list', 'table', 'inet', 'muster'), /8080/);
  });

  test('a host without a guardian, or without anything declared, is refused with what to do', async () => {
    await muster.configure({
      'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {web: {link: icp, address: "${HOST}", key: "${key}"}, other: {link: local}}
firewall: {web: {hosts: [web]}}
`,
    });
    await say('/reload');
    assert.equal((await say('/firewall apply web')).result.code, 'firewall.noguardian');
    assert.equal((await say('/firewall apply other')).result.code, 'firewall.undeclared');
  });
});
