import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, afterEach, describe, it, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { curlConfig, curlFailure, parseAnswer } from '../../../src/adapters/power/curl.ts';
import { power } from '../../../src/adapters/power/power.ts';
import { etagOf, Link, resetFor, taskOutcome } from '../../../src/adapters/power/redfish-words.ts';
import { Secret } from '../../../src/secret.ts';
import { type FakeRedfish, type RedfishQuirks, STRANGER, startRedfish } from '../../fakes/redfish.ts';
import { needs } from '../../needs.ts';

describe('what curl reads', () => {
  const asked = {
    method: 'GET',
    url: 'https://10.0.0.5/redfish/v1/',
    user: 'muster',
    password: 'x',
  } as const;

  it('holds every value on one line, whatever is in it', () => {
    const text = curlConfig({ ...asked, password: 'a"b\\c\nurl = "file:///etc/shadow"' });
    assert.ok(text.includes('user = "muster:a\\"b\\\\c\\nurl = \\"file:///etc/shadow\\""\n'));
    assert.equal(text.split('\n').filter((line) => line.startsWith('url = ')).length, 1);
  });

  it('pins a key in place of an authority', () => {
    const text = curlConfig({ ...asked, pin: 'abc=' });
    assert.match(text, /^insecure\npinnedpubkey = "sha256\/\/abc="$/m);
    assert.doesNotMatch(curlConfig(asked), /insecure/);
  });

  it('takes no other protocol, no proxy, and follows nowhere', () => {
    assert.match(curlConfig(asked), /^proto = "=https"\nnoproxy = "\*"\nmax-redirs = 0$/m);
  });
});

describe('what curl prints', () => {
  it('is read after all heads that only announce it', () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nETag: W/"1"\r\n\r\n{"a":1}\r\n\r\n';
    const answer = parseAnswer(text);
    assert.deepEqual(
      [answer?.status, answer?.headers.get('etag'), answer?.body],
      [200, 'W/"1"', '{"a":1}\r\n\r\n'],
    );
    assert.equal(parseAnswer('<html>no head</html>\r\n\r\n'), undefined);
    assert.equal(parseAnswer(''), undefined);
  });

  it('tells by its code why there is nothing', () => {
    assert.deepEqual([6, 7, 28, 35, 60, 90, 56].map(curlFailure), [
      'address',
      'refused',
      'silent',
      'tls',
      'authority',
      'pin',
      'broken',
    ]);
  });
});

describe('the words of Redfish', () => {
  it('are those that the controller knows', () => {
    assert.equal(resetFor('on', ['ForceOn', 'ForceOff']), 'ForceOn');
    assert.equal(resetFor('soft', ['ForceOff']), undefined);
    assert.equal(resetFor('cycle', ['ForceRestart']), 'ForceRestart');
    assert.equal(resetFor('hard', undefined), 'ForceOff');
  });

  it('name no place outside of the controller', () => {
    const paths = [
      '//evil.example/x',
      'https://evil.example/',
      '/a/../../etc',
      '/a/%2e%2e/b',
      '/a"\nuser = "b',
      'a',
    ];
    for (const path of paths) assert.equal(Link.safeParse({ '@odata.id': path }).success, false, path);
    assert.equal(Link.safeParse({ '@odata.id': '/redfish/v1/Systems/437XR1138R2' }).success, true);
  });

  it('have versions that can be sent back, and tasks that end', () => {
    assert.deepEqual(['W/"1"', '"a\r\nX: y"', 'abc', undefined].map(etagOf), [
      'W/"1"',
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(
      ['Completed', 'Exception', 'Running', undefined].map((TaskState) => taskOutcome({ TaskState })),
      ['done', 'failed', 'open', 'open'],
    );
  });
});

describe('a machine with Redfish', { skip: needs(['curl']) }, () => {
  const shell = localShell({ host: 'genesis' });
  const fakes: FakeRedfish[] = [];
  afterEach(async () => {
    for (const fake of fakes.splice(0)) await fake.stop();
  });
  after(() => shell.close());

  const start = async (quirks?: RedfishQuirks): Promise<FakeRedfish> => {
    const fake = await startRedfish(quirks);
    fakes.push(fake);
    return fake;
  };
  const of = (
    { address, user, password, certificate }: FakeRedfish,
    more: Record<string, unknown> = {},
    patience = 10_000,
  ) => {
    const target = {
      kind: 'redfish',
      machine: 'node-7',
      address,
      user,
      password: new Secret(password),
      certificate,
    };
    return power.open({ shell, options: { patience, pause: 10 } }).of({ ...target, ...more } as never);
  };

  test('is switched on and off, and what is so already stays so', async () => {
    const fake = await start();
    const machine = of(fake);
    assert.equal(await machine.status(), 'off');
    await machine.off();
    await machine.on();
    const pid = fake.pid();
    assert.notEqual(pid, undefined);
    await machine.on();
    assert.equal(fake.pid(), pid);
    await machine.off();
    assert.equal(fake.pid(), undefined);
  });

  test('is cycled, also where it was off, and by a controller that knows only on and off', async () => {
    for (const quirks of [{}, { words: ['On', 'ForceOff'] }]) {
      const fake = await start(quirks);
      const machine = of(fake);
      await machine.cycle();
      const pid = fake.pid();
      assert.notEqual(pid, undefined);
      await machine.cycle();
      assert.notEqual(fake.pid(), undefined);
      assert.notEqual(fake.pid(), pid);
    }
  });

  test('boots from the network next, also where the controller is changed by others meanwhile', async () => {
    const fake = await start({ races: 1 });
    assert.equal(await of(fake).bootFromNetworkOnce(), true);
    assert.equal(fake.boot(), 'Pxe');
    const busy = await start({ races: 100 });
    await assert.rejects(of(busy).bootFromNetworkOnce(), {
      code: 'power.refused',
      message: /status 412, It has changed\./,
    });
  });

  test('is waited for where the controller takes its time, and said to have failed where that fails', async () => {
    const slow = await start({ tasks: 3 });
    await of(slow).on();
    assert.equal(slow.requests.filter((line) => line.includes('TaskMonitors')).length, 3);
    const failing = await start({ tasks: 1, fails: true });
    await assert.rejects(of(failing).on(), { code: 'power.refused', message: /its task ended as Exception/ });
    const endless = await start({ tasks: 1e9 });
    await assert.rejects(of(endless, {}, 100).on(), {
      code: 'power.refused',
      message: /its task does not end/,
    });
  });

  test('that does not end when it is asked to is still on; a controller that cannot ask says so', async () => {
    const deaf = await start({ ignores: true });
    const machine = of(deaf, {}, 100);
    await machine.on();
    await assert.rejects(machine.off(), { code: 'power.stays' });
    await machine.off(true);
    const simple = await start({ words: ['On', 'ForceOff'] });
    await of(simple).on();
    await assert.rejects(of(simple).off(), { code: 'power.cannot' });
  });

  test('is one of several only where the configuration says which', async () => {
    const fake = await start({ systems: ['left', 'right'] });
    await assert.rejects(of(fake).status(), {
      code: 'power.system',
      message: /just one system, but left, right$/,
    });
    await assert.rejects(of(fake, { system: 'middle' }).status(), { code: 'power.system' });
    assert.equal(await of(fake, { system: 'right' }).status(), 'off');
  });

  test('gets no password shown where its key is another one, or nobody known has signed for it', async () => {
    const fake = await start();
    await assert.rejects(of(fake, { certificate: STRANGER }).status(), {
      code: 'power.certificate',
      message: /another key/,
    });
    await assert.rejects(of(fake, { certificate: undefined }).status(), {
      code: 'power.certificate',
      message: /nobody known/,
    });
    assert.deepEqual(fake.requests, []);
  });

  test('is told apart by its password, and from what is no controller', async () => {
    const fake = await start();
    await assert.rejects(of(fake, { password: new Secret('wrong') }).status(), { code: 'power.credentials' });
    const html = await start({
      answers: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Router</h1>');
        return true;
      },
    });
    await assert.rejects(of(html).status(), { code: 'power.unreadable' });
    const away = await start({
      answers: (_, response) => {
        response.writeHead(302, { location: 'https://evil.example/' }).end();
        return true;
      },
    });
    await assert.rejects(of(away).status(), { code: 'power.refused', message: /points elsewhere/ });
    const broken = await start({
      answers: (_, response) => {
        response.destroy();
        return true;
      },
    });
    await assert.rejects(of(broken).status(), { code: 'power.unreachable' });
    const gone = await startRedfish();
    await gone.stop();
    await assert.rejects(of(gone).status(), { code: 'power.unreachable', message: /nothing listens there/ });
  });

  test('a controller that floods is cut off, and one that drips is given up with the run', async () => {
    const flood = await start({
      answers: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`{"x":"${'y'.repeat(3_000_000)}`);
        response.end('"}');
        return true;
      },
    });
    // Older curls only look at what is announced.
    await assert.rejects(of(flood).status(), /tells something else|does not answer/);
    const drip = await start({ answers: (_, response) => response.writeHead(200).write('{') });
    const stop = new AbortController();
    const { address, user, password, certificate } = drip;
    const looks = power
      .open({ shell, options: { patience: 100, pause: 10 } })
      .of(
        { kind: 'redfish', machine: 'node-7', address, user, password: new Secret(password), certificate },
        stop.signal,
      )
      .status();
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(looks, { code: 'shell.aborted' });
  });

  test('has its password in no process list', async () => {
    let seen = '';
    const fake = await start();
    const { password } = fake;
    const lying = await start({
      answers: (_, response) => {
        void lines().then((found) => {
          seen = found;
          response.destroy();
        });
        return true;
      },
    });
    await assert.rejects(of(lying, { password: new Secret(password) }).status());
    assert.match(seen, /curl\0--disable\0--config\0-/);
    assert.equal(seen.includes(password), false);
  });
});

/** The command line and the environment of every process. */
async function lines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const texts = await Promise.all(
    pids.flatMap((pid) => [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)]),
  );
  return texts.join('\n');
}
