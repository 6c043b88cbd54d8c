/** The firewall of a host without a guardian from the chat, through the built program: a real sshd in a network namespace, Muster in another one. */
import assert from 'node:assert/strict';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { timersOf } from '../jobs/guarding/guarded-host.ts';
import { type Namespace, outsideAndHost, WITHOUT_SYSTEMD } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';
import { holding, linesOf, Within } from './within.ts';

const HOST = '10.66.0.2';
const skip = needs(['ip', 'nft', 'redis-server', 'root']) || noSshd;

/** The host's sync(1). Where the file `cut` is beside it, it kills the sshd of its session once a change is kept. */
const SYNC = `#!/bin/sh
/usr/bin/sync "$@"
[ -d "$1" ] && [ ! -e "$1/pending" ] || exit 0
rm "\${0%/*}/cut" 2>/dev/null || exit 0
pid=$$
until [ "$(cut -c1-4 "/proc/$pid/comm")" = sshd ]; do pid=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$pid/stat"); done
kill -KILL "$pid"
`;

describe('the firewall of a host behind ssh', { skip, timeout: 600_000 }, () => {
  let muster: TestMuster;
  let outside: Namespace;
  let host: Namespace;
  let sshd: Sshd;
  const programs = new Within();
  let up = false;
  let remove: () => Promise<void>;
  let shelf = '';
  let bin = '';

  const configure = async (rules: string, more = '') => {
    const { port, user, keyFile, hostKeys } = sshd;
    const way = { link: 'ssh', address: HOST, port, user, keyFile, hostKey: hostKeys.ed25519 };
    const entry = JSON.stringify({ ...way, tools: { rollback: { folder: shelf } } });
    await muster.configure({
      'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {web: ${entry}}
firewall: {web: {hosts: [web], rules: ${rules}${more}}}
`,
    });
    if (up) await say('/reload');
  };
  const say = (line: string): Promise<Said> => muster.say(line);
  /** A change that a person is to keep. */
  const hold = (time: string) => holding(muster, `/firewall apply web --hold ${time}`);
  const open = async (port: number) => (await outside.reach({ address: HOST, port })) === 'open';

  before(async () => {
    ({ outside, host, remove } = await outsideAndHost());
    for (const port of [80, 81, 82]) await host.listen({ address: HOST, port });
    bin = await mkdtemp(join(tmpdir(), 'muster-bin-'));
    await writeFile(join(bin, 'sync'), SYNC, { mode: 0o755 });
    sshd = await startSshd([`SetEnv PATH=${bin}:/usr/sbin:/usr/bin:/sbin:/bin`], {
      addresses: [HOST],
      starter: ['nsenter', `--net=/run/netns/${host.name}`, '--', ...WITHOUT_SYSTEMD],
      accepts: open,
    });
    muster = await openMuster({ 'muster.yml': '{}' });
    shelf = join(muster.folder, 'host/firewall');
    await configure('{http: {ports: [80]}}');
    await programs.manager(outside, muster);
    up = true;
  });
  after(async () => {
    await programs.end();
    await sshd?.close();
    await muster?.stop();
    await remove?.();
    if (bin) await rm(bin, { recursive: true });
  });

  test('"/firewall show" and "plan" say what is and what would be, and leave nothing on the host', async () => {
    assert.ok(linesOf(await say('/firewall show web')).includes('Muster filters nothing there'));
    const planned = linesOf(await say('/firewall plan web'));
    assert.ok(planned.includes('+ tcp 80 from anywhere (config/web)'), planned.join('\n'));
    assert.ok(await open(81));
    assert.equal(await host.run('nft', 'list', 'tables'), '');
  });

  test('"/firewall apply" lets in what is declared and ssh, is kept over a new connection, and no timer stays', async () => {
    const said = await say('/firewall apply web');
    assert.equal(said.exit, 0, said.result.text);
    assert.deepEqual([await open(80), await open(81), await open(sshd.port)], [true, false, true]);
    const shown = linesOf(await say('/firewall show web'));
    assert.ok(
      shown.some((line) => line.startsWith(`tcp ${sshd.port} from anywhere (muster)`)),
      shown.join('\n'),
    );
    await until(async () => (await timersOf(shelf)).length === 0, 'the timer to end');
  });

  test('a change that locks Muster out is taken back, and the run says so', async () => {
    await configure(`{http: {ports: [81]}, no: {action: drop, ports: [${sshd.port}]}}`);
    const { exit, result } = await say('/firewall apply web');
    assert.equal(exit, 1, result.text);
    // Who knocks for long gets in once it is taken back.
    assert.ok(['host.unreachable', 'firewall.gone'].includes(`${result.code}`), result.text);
    assert.deepEqual([await open(80), await open(81), await open(sshd.port)], [true, false, true]);
    const shown = await say('/firewall show web');
    assert.ok(
      linesOf(shown).some((line) => line.startsWith('tcp 80 ')),
      linesOf(shown).join('\n'),
    );
  });

  test('one after which a port does not answer any more is taken back', async () => {
    await configure('{http: {ports: [81]}}', ', probes: [80]');
    const { exit, result } = await say('/firewall apply web');
    assert.deepEqual([exit, result.code], [1, 'firewall.probe'], result.text);
    assert.deepEqual([await open(80), await open(81)], [true, false]);
  });

  test('one that a person is to keep stays when somebody keeps it, and goes when nobody does', async () => {
    await configure('{http: {ports: [80, 82]}}');
    const kept = await hold('1m');
    await until(() => open(82), 'the change to be in force');
    assert.equal((await say(`/firewall keep web ${kept.run}`)).exit, 0);
    const said = await kept.held;
    assert.equal(said.exit, 0, said.result.text);
    await configure('{http: {ports: [80]}}');
    const brief = await hold('2s');
    const lapsed = await brief.held;
    assert.deepEqual([lapsed.exit, lapsed.result.code], [1, 'firewall.unkept']);
    assert.ok(await open(82));
    const late = await say(`/firewall keep web ${brief.run}`);
    assert.deepEqual([late.exit, late.result.code], [1, 'firewall.gone']);
    assert.equal((await say('/firewall apply web')).exit, 0);
  });

  test('one that is kept, although the answer is lost with the connection, counts as kept', async () => {
    await writeFile(join(bin, 'cut'), '');
    const { exit, result } = await say('/firewall apply web');
    assert.equal(exit, 0, result.text);
    await assert.rejects(access(join(bin, 'cut')), { code: 'ENOENT' });
  });

  test('two lines that open ports at once open both', async () => {
    const both = await Promise.all([say('/firewall open web 81'), say('/firewall open web 82')]);
    assert.deepEqual(
      both.map(({ exit }) => exit),
      [0, 0],
      both.map(({ result }) => result.text).join('\n'),
    );
    assert.deepEqual([await open(81), await open(82)], [true, true]);
    assert.match((await say('/firewall why web 81')).result.text, /open\/tcp-81 \(person\/reem\)/);
    assert.match((await say('/firewall why web 82')).result.text, /open\/tcp-82 \(person\/reem\)/);
    const closed = await Promise.all([say('/firewall close web 81'), say('/firewall apply web')]);
    assert.deepEqual(
      closed.map(({ exit }) => exit),
      [0, 0],
    );
    assert.deepEqual([await open(81), await open(82)], [false, true]);
  });

  test('what others changed is told, and not overwritten unasked', async () => {
    const text = await host.run('nft', 'list', 'table', 'inet', 'muster');
    const chain = /chain (\w+) \{\s+type filter hook prerouting/.exec(text)?.[1] as string;
    await host.run('nft', 'insert', 'rule', 'inet', 'muster', chain, 'tcp', 'dport', '8080', 'accept');
    const { exit, result } = await say('/firewall apply web');
    assert.deepEqual([exit, result.code], [1, 'firewall.drift']);
    assert.equal((await say('/firewall apply web --overwrite')).exit, 0);
    assert.doesNotMatch(await host.run('nft', 'list', 'table', 'inet', 'muster'), /8080/);
  });
});
