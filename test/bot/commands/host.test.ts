/** `/host`: what is asked, refused and told, and that every manager knows what one of them was told. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/bot/dispatch.ts';
import type { Ears, Place, Platform } from '../../../src/bot/platform.ts';
import { startHouse, type TestHouse } from '../../house.ts';
import { until } from '../../until.ts';

const CONFIG = `
people:
  reem: {identities: {test: "7", telegram: "7"}, roles: [all]}
  kim: {identities: {test: "8"}, roles: [web]}
roles:
  all: {allow: [{commands: ["*"]}]}
  web: {allow: [{commands: ["host-*"], on: ["host/web-*"]}]}
hosts:
  db-1: {link: ssh, address: 192.0.2.1}
channels:
  room: {platform: telegram, chat: '-1001'}
platforms:
  telegram: {token: 'env:TOKEN'}
`;
const KEY = `SHA256:${'A'.repeat(43)}`;
const LINE = /^muster agent install --trust SHA256:\S{43} --token [a-z2-7]{26}$/m;

/** A chat service in which somebody can be spoken to alone, or not. */
class Team implements Platform {
  readonly name = 'telegram';
  readonly limits = { chat: () => [{ count: 100, ms: 1_000 }], overall: [{ count: 100, ms: 1_000 }] };
  readonly said: { chat: string; lines: string[] }[] = [];
  readonly whispered: { user: string; lines: string[] }[] = [];
  alone = true;
  ears: Ears | undefined;

  async serve(ears: Ears, signal: AbortSignal): Promise<void> {
    this.ears = ears;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  async post(place: Place, lines: string[]) {
    this.said.push({ chat: place.chat, lines });
    return { place, message: String(this.said.length) };
  }
  async edit(): Promise<void> {}
  async whisper(_: Place, user: string, lines: string[]): Promise<void> {
    if (!this.alone) throw new Error('the chat was not opened');
    this.whispered.push({ user, lines });
  }
}

describe('/host', { timeout: 60_000 }, () => {
  let muster: TestHouse;
  const team = new Team();
  before(async () => {
    muster = await startHouse(CONFIG);
    await muster.house.start();
    await muster.house.listen(team, 'required');
  });
  after(() => muster.stop());

  const text = (outcome: Outcome): string => ('text' in outcome ? outcome.text : outcome.kind);
  const code = (outcome: Outcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind);
  const inRoom = (line: string) =>
    muster.house.handle(
      { id: `${Math.random()}`, platform: 'telegram', chat: '-1001', user: '7', text: line },
      'required',
    );
  const add = (name: string, more = '') =>
    `/host add ${name} --link icp --address ${name}.example.org ${more}`;

  test('add says what to run over there to whoever asked, alone: the room hears of it without the token', async () => {
    assert.match(text(await inRoom(add('web-2'))), /for your eyes only/);
    const [{ user, lines } = { user: '', lines: [] }] = team.whispered;
    assert.equal(user, '7');
    assert.match(lines.join('\n'), LINE);
    const token = /--token (\S+)/.exec(lines.join('\n'))?.[1] as string;
    await until(() => team.said.length > 0, 'the answer in the room');
    assert.ok(!JSON.stringify(team.said).includes(token));
    const redis = muster.server.connect();
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      const value =
        type === 'hash'
          ? await redis.hgetall(key)
          : type === 'list'
            ? await redis.lrange(key, 0, -1)
            : await redis.get(key).catch(() => '');
      assert.ok(!JSON.stringify(value).includes(token), key);
    }
  });

  test('where nobody can be spoken to alone, nothing is added', async () => {
    team.alone = false;
    assert.equal(code(await inRoom(add('web-3'))), 'host.noprivacy');
    assert.doesNotMatch(text(await muster.say('/hosts')), /web-3/);
    const records = await muster.house.state.audit.latest(10, ({ summary = '' }) =>
      summary.startsWith('web-3 '),
    );
    assert.deepEqual(
      records.map(({ summary }) => summary),
      ['web-3 removed', 'web-3 added (icp web-3.example.org:4226)'],
    );
    team.alone = true;
  });

  test('what waits is shown, by every manager, and refused by everything else', async () => {
    await inRoom(add('web-4', '--label node --label docker'));
    const other = await muster.another();
    await other.start();
    for (const house of [muster.house, other]) {
      const ask = (line: string) =>
        house.handle(
          { id: `${Math.random()}`, platform: 'test', chat: 'test', user: '7', text: line },
          'required',
        );
      assert.match(text(await ask('/hosts')), /○ web-4 · icp web-4\.example\.org · has not answered yet/);
      for (const line of ['/prepare web-4', '/host rotate web-4', '/firewall show web-4'])
        assert.equal(code(await ask(line)), 'host.pending', line);
      assert.equal(code(await ask(`/host trust web-4 ${KEY}`)), 'host.pending');
    }
    // A manager that was there before sees what another one adds.
    await inRoom(add('web-5'));
    await until(() => other.config.current.enrolled?.['web-5'] !== undefined, 'the other manager to know');
  });

  test('a person needs the right to each host', async () => {
    const theirs = (line: string) => muster.say(line, '8');
    assert.equal(code(await theirs(`/host trust web-4 ${KEY}`)), 'host.pending');
    assert.equal(code(await theirs(`/host trust db-7 ${KEY}`)), 'access.denied');
  });

  test('a label takes a right of its own: it decides which apps, and whose secrets, come there', async () => {
    const theirs = (more: string) =>
      muster.say(`/host add web-8 --link ssh --address 192.0.2.8 ${more}`, '8');
    const refused = await theirs('--label docker');
    assert.equal(code(refused), 'access.denied');
    assert.match(text(refused), /label\/docker/);
    assert.equal(code(await theirs('')), 'reply');
    assert.equal(
      code(await muster.say('/host add web-8 --link ssh --address 192.0.2.8 --label docker')),
      'reply',
    );
  });

  test('one machine is one host, also while nobody has trusted it yet', async () => {
    const tried = async (name: string, more: string) =>
      text(await inRoom(`/host add ${name} --link icp --address 192.0.2.20 ${more}`));
    assert.match(await tried('web-20', '--guardian'), /is added and waits/);
    assert.match(await tried('web-21', ''), /192\.0\.2\.20 port 4226 is already web-20/);
    assert.match(await tried('web-21', '--port 4227'), /192\.0\.2\.20 port 4227 is already web-20/);
    assert.match(await tried('web-20', '--guardian'), /is added and waits/, 'itself is no other one');
    assert.match(
      await tried('web-22', '--port 5000 --guardian-port 5000'),
      /192\.0\.2\.20 port 5000 is already web-22/,
    );
  });

  test('what is wrong is said of the option as it was typed', async () => {
    const refused = text(await muster.say('/host add web-9 --link ssh --address 192.0.2.9 --label A_b'));
    assert.match(refused, /^--label: /m);
  });

  test('what cannot be is refused, each with what to do', async () => {
    for (const [line, why] of [
      ['/host add db-1 --link icp --address 192.0.2.9', 'host.configured'],
      ['/host add web-9 --link icp --address 192.0.2.9 --user root', 'input.invalid'],
      ['/host add web-9 --link ssh --address 192.0.2.9 --guardian', 'input.invalid'],
      ['/host add web-9 --link ssh --address -x', 'input.invalid'],
      ['/host add web-9 --link ssh --address 192.0.2.1', 'input.invalid'],
      ['/host add web-9 --link ssh --address 192.0.2.9 --user "a b"', 'input.invalid'],
      ['/host trust web-9 SHA256:short', 'input.invalid'],
      [`/host trust web-9 ${KEY}`, 'config.unknown'],
      ['/host remove web-9', 'config.unknown'],
      ['/host remove db-1', 'host.configured'],
      ['/host rotate db-1', 'host.configured'],
    ] as const)
      assert.equal(code(await muster.say(line)), why, line);
  });

  test('what is in use is not removed without --force, and nothing of what was known of it is left', async () => {
    const { hosts, state } = muster.house.state;
    const entry = { link: 'icp' as const, address: '127.0.0.1', port: 1, labels: [] };
    const by = { person: 'reem', platform: 'test', chat: 'test' };
    const added = new Date().toISOString();
    await hosts.change('web-7', undefined, () => ({
      ...{ entry, trusted: true, by, added, until: 0, wrong: 0, seen: {}, next: {} },
    }));
    const known: [family: string, name: string, value: unknown][] = [
      ['generations/shop', 'web-7', { current: 'r-1', list: [] }],
      ['overlay/build', 'web-7', { kind: 'wireguard', key: `${'A'.repeat(43)}=` }],
      ['firewall', 'web-7', []],
      ['behind', 'web-7', { overlay: 'build', address: '10.80.0.5', run: 'r-1' }],
      ['exposed/web-7', 'shop', { rules: [] }],
      ['keys/written', 'web-7 root', { host: 'web-7', user: 'root', groups: [], count: 1, at: added }],
    ];
    for (const [family, name, value] of known) await state.set(family, name, value);
    await muster.configure(`${CONFIG}
apps: {shop: {repository: /srv/shop, hosts: [db-1]}}
overlays: {build: {kind: wireguard, network: 10.80.0.0/24, members: [db-1]}}
`);
    const refused = await muster.say('/host remove web-7');
    assert.equal(code(refused), 'host.used');
    assert.match(text(refused), /shop deployed there, member of build/);
    const plan = text(await muster.say('/host remove web-7 --force --dry-run'));
    assert.match(plan, /forget web-7/);
    const asked = await muster.say('/host remove web-7 --force');
    assert.ok(asked.kind === 'asked', text(asked));
    await muster.say(`/confirm ${asked.request.id}`);
    const planned = (await muster.house.state.runs.get(asked.request.id)).plan;
    assert.deepEqual(
      planned.stages[0]?.steps[0]?.input.forget,
      known.map(([family, name]) => ({ family, name })),
    );
    await muster.configure(CONFIG);
  });

  test('a file that gets a host of that name counts, and the other one can still be removed', async () => {
    await inRoom(add('web-6'));
    await muster.configure(CONFIG.replace('hosts:', 'hosts:\n  web-6: {link: local}'));
    assert.equal(muster.house.config.current.hosts['web-6']?.link, 'local');
    assert.match(text(await muster.say('/hosts')), /● web-6 · this machine/);
    assert.equal(code(await muster.say(`/host trust web-6 ${KEY}`)), 'host.configured');
    // What is known of that name is known of the file's host.
    await muster.house.state.state.set('firewall', 'web-6', []);
    const asked = await muster.say('/host remove web-6');
    assert.ok(asked.kind === 'asked', text(asked));
    await muster.say(`/confirm ${asked.request.id}`);
    const { plan } = await muster.house.state.runs.get(asked.request.id);
    assert.deepEqual(plan.stages[0]?.steps[0]?.input.forget, []);
    await muster.configure(CONFIG);
  });
});
