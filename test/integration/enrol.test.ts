/** Hosts that are added in the chat, through the program as users run it: from the line that is run over there to the last farewell. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { serve } from '../../src/adapters/icp/server.ts';
import { ask, type SayEvent } from '../../src/bot/console/socket.ts';
import { openIdentity } from '../../src/identity.ts';
import { prove } from '../../src/jobs/enrolment/prove.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { noSshd, startSshd } from '../adapters/ssh/sshd.ts';
import { needs } from '../needs.ts';
import { startRedis } from '../redis.ts';
import { TestRepository } from '../repository.ts';
import { freePort } from './app.ts';
import { ended, openMuster, type Said, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
const KEY = /SHA256:[A-Za-z0-9+/]{43}/g;

/** A machine on which the line of `/host add` is run: its daemons, in a folder of its own. */
class Machine {
  readonly #folder: string;
  readonly #running: ChildProcess[] = [];
  #commands: string[] = [];
  /** What it printed for people: its keys. */
  keys: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get state(): string {
    return join(this.#folder, 'agent');
  }

  /** Runs the line as it was given, where there is no systemd. */
  async install(line: string): Promise<void> {
    const [program, ...words] = line.split(' ');
    assert.equal(program, 'muster');
    const places = ['--state', this.state, '--root', join(this.#folder, 'root'), '--address', '127.0.0.1'];
    const child = spawn(process.execPath, [MAIN, ...words, ...places, '--no-systemd']);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    assert.equal(await ended(child), 0, text);
    this.#commands = text.split('\n').filter((one) => / agent (?:worker|guardian) /.test(one));
    this.keys = text.match(KEY) ?? [];
  }

  /** Starts the daemons as the machine said. */
  start(): void {
    for (const command of this.#commands)
      this.#running.push(spawn('sh', ['-c', `exec ${command}`], { stdio: 'ignore' }));
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    for (const child of this.#running) child.kill(signal);
    await Promise.all(this.#running.splice(0).map(ended));
  }
}

/** Says a line to a manager, without a process of its own. */
async function sayTo(
  { folder }: TestMuster,
  line: string,
  onEvent: (event: SayEvent) => void = () => {},
): Promise<Said> {
  const events: SayEvent[] = [];
  const socket = join(folder, 'var', 'muster.sock');
  for await (const event of ask(socket, { id: randomUUID(), user: 'reem', text: line })) {
    events.push(event);
    onEvent(event);
  }
  const result = events.at(-1);
  if (result?.type !== 'result') throw new Error(`${line}: no result`);
  return { exit: result.exit, events, result };
}

/** All that was answered. */
const textOf = ({ events, result }: Said) =>
  events
    .flatMap((event) => (event.type === 'reply' || event.type === 'note' ? event.text : []))
    .concat(result.text)
    .join('\n');

describe('two managers, each with a key of its own', { skip: needs(['redis-server', 'git']) }, () => {
  test('a host that one of them adds lets both in, and is known to both without a restart', async (t) => {
    const redis = await startRedis();
    t.after(() => redis.stop());
    const repository = await mkdtemp(join(tmpdir(), 'muster-shop-'));
    t.after(() => rm(repository, { recursive: true }));
    new TestRepository(repository).commit('main', { 'README.md': 'no compose file' });
    const config = `
people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
apps: {shop: {repository: ${repository}, hosts: [local, "label:node"]}}
hosts: {local: {link: local}}
`;
    // The label has a host only once it was added: until then the app runs elsewhere.
    const before = config.replace(', "label:node"', '');
    const open = async () => {
      const muster = await openMuster({ 'muster.yml': before }, { REDIS_URL: redis.socket });
      t.after(() => muster.stop());
      return { muster, manager: await muster.start() };
    };
    const [first, second] = [await open(), await open()];
    const keys = await Promise.all(
      [first, second].map(async ({ muster }) => (await muster.run('key')).stdout.trim()),
    );
    const port = await freePort();
    const text = textOf(
      await sayTo(first.muster, `/host add web-2 --link icp --address 127.0.0.1 --port ${port} --label node`),
    );
    for (const key of keys) assert.ok(text.includes(key), text);
    const there = new Machine(join(first.muster.folder, 'machine'));
    await there.install(text.split('\n').find((one) => one.startsWith('muster agent')) as string);
    there.start();
    t.after(() => there.stop());
    const hosts = async () => textOf(await sayTo(second.muster, '/hosts'));
    await waitFor('the other manager to know its key', async () =>
      (await hosts()).includes(there.keys[0] as string),
    );
    assert.equal((await sayTo(second.muster, `/host trust web-2 ${there.keys[0]}`)).exit, 0);
    first.manager.kill('SIGKILL');
    await ended(first.manager);
    await second.muster.configure({ 'muster.yml': config.replace('local, ', '') });
    await sayTo(second.muster, '/reload');
    const { result } = await sayTo(second.muster, '/deploy shop');
    assert.equal(result.code, 'compose.missing', result.text);
  });
});

describe('a host that is added in the chat', { skip: needs(['redis-server', 'git']) }, () => {
  const saying = (line: string, onEvent?: (event: SayEvent) => void) => sayTo(muster, line, onEvent);
  let muster: TestMuster;
  let manager: ChildProcess;
  const machines: Machine[] = [];
  let ports: number[] = [];

  const configured = (more = '') =>
    muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        more,
      ].join('\n'),
    });
  const said = async (line: string) => textOf(await saying(line));
  const say = async (line: string, code: string) => {
    const answer = await saying(line);
    assert.equal(answer.result.code, code, textOf(answer));
    assert.notEqual(answer.exit, 0);
    return textOf(answer);
  };
  const machine = () => {
    const one = new Machine(join(muster.folder, `machine-${machines.length}`));
    machines.push(one);
    return one;
  };
  /** Adds web-2, and gives the line to run over there. */
  const add = async (more = '') => {
    const [port, guardianPort] = ports;
    const guardian = more.includes('--guardian') ? ` --guardian-port ${guardianPort}` : '';
    const text = await said(
      `/host add web-2 --link icp --address 127.0.0.1 --port ${port} ${more}${guardian}`,
    );
    const line = text.split('\n').find((one) => one.startsWith('muster agent install'));
    assert.ok(line, text);
    return line;
  };
  /** The keys with which web-2 answered, once it has. */
  const answered = () =>
    waitFor('web-2 to answer', async () => {
      const line = (await said('/hosts')).split('\n').find((one) => one.includes('web-2'));
      return line?.includes('to be trusted') ? (line.match(KEY) ?? undefined) : undefined;
    });
  const waits = async () => assert.match(await said('/hosts'), /○ web-2 .* has not answered yet/);
  /** Adds, installs, starts and trusts. */
  const enrol = async (more = '') => {
    const there = machine();
    await there.install(await add(more));
    there.start();
    assert.deepEqual(await answered(), there.keys);
    assert.match(await said(`/host trust web-2 ${there.keys.join(' ')}`), /web-2 is trusted/);
    return there;
  };
  /** Says a line that has to be confirmed, and confirms it. */
  const confirmed = async (line: string) => {
    const done = saying(line, (event) => {
      if (event.type !== 'reply') return;
      const id = /\/confirm (r-\w+)/.exec(event.text)?.[1];
      if (id !== undefined) void saying(`/confirm ${id}`);
    });
    return done;
  };
  const records = async () => (await muster.run('audit', 'export')).stdout;

  before(async () => {
    muster = await openMuster({});
    await configured();
    manager = await muster.start();
  });
  after(async () => {
    for (const one of machines) await one.stop();
    await muster?.stop();
  });
  beforeEach(async () => {
    for (const one of machines) await one.stop();
    if (/web-2/.test(await said('/hosts')))
      assert.equal((await confirmed('/host remove web-2 --force')).exit, 0);
    ports = [await freePort(), await freePort()];
  });

  test('is pending until its machine has answered and a person has compared its key; then steps run on it', async () => {
    const line = await add('--label docker');
    await waits();
    await say('/prepare web-2', 'host.pending');
    await say(`/host trust web-2 SHA256:${'A'.repeat(43)}`, 'host.pending');
    const there = machine();
    await there.install(line);
    assert.equal((await stat(join(there.state, 'worker', 'enrolment'))).mode & 0o777, 0o600);
    there.start();
    assert.deepEqual(await answered(), there.keys);
    await say('/prepare web-2', 'host.pending');
    const refused = await say(`/host trust web-2 SHA256:${'A'.repeat(43)}`, 'host.fingerprint');
    assert.ok(refused.includes(there.keys[0] as string), refused);
    assert.match(await said(`/host trust web-2 ${there.keys[0]}`), /web-2 is trusted/);
    assert.match(await said(`/host trust web-2 ${there.keys[0]}`), /already/);
    const plan = await said('/prepare web-2 --dry-run');
    assert.match(plan, /web-2/);
    new TestRepository(join(muster.folder, 'shop')).commit('main', { 'README.md': 'no compose file' });
    await configured(`apps: {shop: {repository: ${join(muster.folder, 'shop')}, hosts: ['label:docker']}}`);
    await said('/reload');
    const { result, events } = await saying('/deploy shop');
    assert.equal(result.code, 'compose.missing', result.text);
    const fetched = events.some(
      (event) => event.type === 'step' && event.host === 'web-2' && event.state === 'done',
    );
    assert.ok(fetched, 'a step was carried out on web-2');
    await configured();
    await said('/reload');
  });

  test('its token stands in no log, no record, no state and no file, and is gone once it was used', async () => {
    const line = await add();
    const token = /--token (\S+)/.exec(line)?.[1] as string;
    const there = machine();
    await there.install(line);
    const kept = await readFile(join(there.state, 'worker', 'enrolment'), 'utf8');
    assert.ok(!kept.includes(token));
    there.start();
    await answered();
    await waitFor(
      'the token to go',
      async () => !(await readdir(join(there.state, 'worker'))).includes('enrolment'),
    );
    assert.ok(!(await readFile(join(muster.folder, 'muster.log'), 'utf8')).includes(token));
    const record = await records();
    assert.ok(!record.includes(token));
    assert.match(record, /web-2 added/);
    assert.match(record, /web-2 answers with SHA256:/);
    for (const name of await readdir(join(muster.folder, 'var/redis'), { recursive: true })) {
      const file = join(muster.folder, 'var/redis', name);
      if ((await stat(file)).isFile()) assert.ok(!(await readFile(file)).includes(token), name);
    }
  });

  test('a machine with another token is not taken, and a token that was used proves nothing more', async () => {
    const first = machine();
    await first.install(await add());
    const line = await add();
    first.start();
    await waitFor('that it is given up', async () => /never answered/.test(await said('/hosts')));
    await first.stop();
    await say(`/host trust web-2 ${first.keys[0]}`, 'host.pending');
    const late = machine();
    await late.install(line);
    late.start();
    // What was given up stays so: the line is no good any more.
    assert.match(await said('/hosts'), /never answered/);
    await late.stop();
    const right = machine();
    await right.install(await add());
    right.start();
    assert.deepEqual(await answered(), right.keys);
    await right.stop();
    const second = machine();
    await second.install(line.replace(/--token \S+/, `--token ${'a'.repeat(26)}`));
    second.start();
    assert.deepEqual(await answered(), right.keys);
    await say(`/host trust web-2 ${second.keys[0]}`, 'host.fingerprint');
  });

  test('somebody who listens at its address and knows no token learns nothing, and is told of with the key it shows', async (t) => {
    const line = await add();
    const [port] = ports;
    const impostor = await openIdentity(join(muster.folder, 'impostor'), 'impostor');
    const own = /SHA256:\S+/.exec(line)?.[0] as string;
    const heard: object[] = [];
    const { command } = await import('../../src/adapters/icp/channel.ts');
    const { z } = await import('zod');
    const server = await serve(
      {
        identity: impostor,
        trusted: () => [own],
        commands: {
          'enrol.prove': command({
            input: z.looseObject({}),
            async run(data) {
              heard.push(data);
              return { nonce: 'f'.repeat(64), proof: 'f'.repeat(64) };
            },
          }),
        },
        log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      },
      '127.0.0.1',
      port as number,
    );
    t.after(() => server.close());
    await waitFor('that it is given up', async () => /never answered/.test(await said('/hosts')));
    await say(`/host trust web-2 ${impostor.fingerprint}`, 'host.pending');
    assert.equal(heard.length, 5);
    for (const one of heard) assert.deepEqual(Object.keys(one), ['nonce']);
  });

  test('who is not trusted by an agent does not get as far as its token', async (t) => {
    const there = machine();
    await there.install(await add());
    there.start();
    t.after(() => there.stop());
    const stranger = await openIdentity(join(muster.folder, 'stranger'), 'stranger');
    const [port] = ports as [number];
    const asked = { host: 'web-2', address: '127.0.0.1', port, identity: stranger, digest: 'f'.repeat(64) };
    await waitFor('the agent', () =>
      prove({ ...asked, note: () => Promise.reject(new Error('nothing is proved')) }).then(
        () => assert.fail('it answered'),
        ({ code }) => code === 'icp.stranger',
      ),
    );
  });

  test('kill -9 of the manager between add and trust: the next one goes on waiting', async () => {
    const line = await add();
    manager.kill('SIGKILL');
    await ended(manager);
    const there = machine();
    await there.install(line);
    there.start();
    manager = await muster.start();
    assert.deepEqual(await answered(), there.keys);
    manager.kill('SIGKILL');
    await ended(manager);
    manager = await muster.start();
    assert.match(await said(`/host trust web-2 ${there.keys[0]}`), /is trusted/);
  });

  test('changes its keys, and is reached by the new ones only, also after kill -9 of its agents', async () => {
    const there = await enrol('--guardian');
    const rotated = await saying('/host rotate web-2');
    assert.equal(rotated.exit, 0, textOf(rotated));
    const fresh = [...new Set(textOf(rotated).match(KEY))];
    assert.equal(fresh.length, 2, textOf(rotated));
    for (const key of there.keys) assert.ok(!fresh.includes(key));
    await there.stop('SIGKILL');
    there.start();
    const shown = await waitFor('its guardian', async () => {
      const { exit, result } = await saying('/firewall show web-2');
      return exit === 0 && result.text;
    });
    assert.match(shown, /firewall of web-2/);
    await say(`/host trust web-2 ${there.keys.join(' ')}`, 'host.fingerprint');
    assert.match(await said(`/host trust web-2 ${fresh.join(' ')}`), /already/);
  });

  test('is removed once it was confirmed, and lets Muster in no more', async () => {
    const there = await enrol();
    const { exit, result } = await confirmed('/host remove web-2');
    assert.equal(exit, 0, result.text);
    assert.doesNotMatch(await said('/hosts'), /web-2/);
    assert.equal((await readFile(join(there.state, 'worker', 'trusted'), 'utf8')).trim(), '');
    await say('/prepare web-2', 'config.unknown');
    const record = await records();
    assert.match(record, /web-2 trusted with SHA256:/);
    assert.match(record, /web-2 removed/);
    assert.equal((await muster.run('audit', 'verify')).exit, 0);
  });

  test('over ssh it shows its host key, is trusted by it, and lets Muster in by the key that the line adds', async (t) => {
    if (noSshd) return t.skip(noSshd);
    const sshd = await startSshd();
    t.after(() => sshd.close());
    const text = await said(
      `/host add web-2 --link ssh --address 127.0.0.1 --port ${sshd.port} --user ${sshd.user} --label docker`,
    );
    const [key] = await answered();
    assert.ok(Object.values(sshd.hostKeys).includes(key as string), key);
    await say(`/host trust web-2 SHA256:${'A'.repeat(43)}`, 'host.fingerprint');
    assert.match(await said(`/host trust web-2 ${key}`), /is trusted/);
    const shop = join(muster.folder, 'shop');
    await configured(`apps: {shop: {repository: ${shop}, hosts: ['label:docker']}}`);
    await said('/reload');
    await say('/deploy shop', 'host.login');
    const line = text.split('\n').find((one) => one.startsWith('install -d')) as string;
    const home = join(muster.folder, 'home');
    await mkdir(home);
    // The rest of the line shows the keys of this machine's own sshd, which may have none.
    const child = spawn('sh', ['-c', line], { env: { ...process.env, HOME: home }, stdio: 'ignore' });
    await ended(child);
    const lines = await readFile(join(home, '.ssh', 'authorized_keys'), 'utf8');
    await appendFile(join(sshd.folder, 'authorized_keys'), lines);
    await say('/deploy shop', 'compose.missing');
    await say('/host rotate web-2', 'host.keyless');
    await configured();
    await said('/reload');
  });

  test('is not removed while the configuration names it, which may name it before a manager starts', async () => {
    await enrol();
    const shop = join(muster.folder, 'shop');
    await configured(`apps: {shop: {repository: ${shop}, hosts: [web-2]}}`);
    await said('/reload');
    const problem = await say('/host remove web-2 --force', 'host.named');
    assert.match(problem, /muster\.yml:3:\d+ apps\.shop\.hosts\[0\]/);
    manager.kill('SIGTERM');
    await ended(manager);
    manager = await muster.start();
    assert.match(await said('/hosts'), /● web-2/);
    await configured();
    await said('/reload');
  });

  test('that stands in a file can be neither added nor removed in the chat: the error says where it stands', async () => {
    await configured('hosts: {db-1: {link: local}}');
    await said('/reload');
    for (const line of [
      '/host remove db-1',
      '/host rotate db-1',
      '/host add db-1 --link icp --address 192.0.2.9',
    ])
      assert.match(await say(line, 'host.configured'), /muster\.yml:3:\d+/);
    await configured();
    await said('/reload');
  });
});
