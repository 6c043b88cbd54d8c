/** Files that containers fetch from the hub: given when they change, and a job waits until they are in force. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Asked, ContainerRoute } from '../../../src/adapters/gate/route.ts';
import { Config } from '../../../src/config/config.ts';
import type { MusterError } from '../../../src/errors.ts';
import type { Caller, HubConfig } from '../../../src/hub.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { deliverFiles } from '../../../src/jobs/files/deliver.ts';
import { SharedTrees, TreeStore } from '../../../src/jobs/files/repository.ts';
import { Scenes } from '../../../src/jobs/files/scenes.ts';
import { setValues } from '../../../src/jobs/files/set.ts';
import { ValueStore } from '../../../src/jobs/files/store.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import type { Beside } from '../../../src/jobs/step.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { openFiles } from '../../../src/wire/hub/files.ts';
import type { HubPart, HubWire } from '../../../src/wire/hub/part.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { until } from '../../until.ts';

const CALLER: Caller = { app: 'shop', generation: 'r-one', service: 'web', host: 'web-1' };
const BY = { person: 'reem', platform: 'test', chat: 'test' };

describe('files of containers', { skip: needs(['redis-server']) }, () => {
  let folder: string;
  let server: TestRedis;
  let part: HubPart;
  let values: ValueStore;
  let beside: Pick<Beside, 'files' | 'state' | 'secret'>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-hub-files-'));
    for (const name of ['templates', 'data']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'templates/shop'), '{{color}} {{password}}');
    await writeFile(join(folder, 'data/site.yml'), 'color: red');
    await writeFile(join(folder, 'data/secret.yml'), 'password: "env:PW"');
    const files = {
      shop: { template: 'shop', path: '/app/shop', targets: ['app/shop'], apply: { signal: 'HUP' } },
    };
    const apps = { shop: { repository: '/nowhere', hosts: ['web-1'] } };
    const config = { ...Config.parse({ hosts: { 'web-1': { link: 'local' } }, apps, files }), folder };
    server = await startRedis('everysec');
    const redis = server.connect();
    const [scrubber, ledger, state] = [new Scrubber(), new Ledger(redis), new RedisState(redis)];
    const log = createLog({ level: 'silent', scrubber });
    values = new ValueStore({ redis, ledger, audit: new Audit({ redis, ledger, scrubber }) });
    const environment = { PW: 'hush-hush-3' };
    part = await openFiles(
      {
        options: { scrubber, log, environment },
        state: { redis, values, state },
        config: { current: config },
      } as unknown as HubWire,
      50,
    );
    const trees = new SharedTrees(new TreeStore(redis));
    const scenes = new Scenes({ config: () => config, trees, values });
    beside = {
      state,
      files: { scene: () => scenes.current(), values },
      secret: async () => new Secret('hush-hush-3'),
    };
  });
  after(async () => {
    await part.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (
    known?: string,
    query: Record<string, string> = {},
    signal = new AbortController().signal,
  ) => {
    const headers = known === undefined ? {} : { 'if-none-match': `"${known}"` };
    const asked: Asked = { query: new URLSearchParams(query), headers, body: Buffer.alloc(0), signal };
    return (part.routes[0] as ContainerRoute).answer({ ...asked, caller: CALLER });
  };
  const set = (color: string, run: string) =>
    values.now().then(({ layers }) =>
      values.set(
        [{ layer: 'app/shop', name: 'color', before: layers['app/shop']?.color as never, after: color }],
        {
          ...{ run, by: BY, summary: color },
        },
      ),
    );
  const deliver = (within = 20_000, signal = new AbortController().signal) => {
    const notes: string[] = [];
    const more = { direction: 'do', signal, note: (text: string) => void notes.push(text) };
    const input = { host: 'web-1', app: 'shop', within };
    return deliverFiles.brief!(input, { ...beside, ...more } as unknown as Beside).then(() => notes.join());
  };
  let first: HubConfig;

  test('have the secrets in them, and wait for nobody where no container is there', async () => {
    assert.match(await deliver(), /does not run on web-1/);
    const { body, headers } = await ask();
    first = body as HubConfig;
    assert.equal(headers?.etag, `"${first.version}"`);
    assert.equal(Buffer.from(first.files[0]?.content ?? '', 'base64').toString(), 'red hush-hush-3');
    assert.deepEqual(first.apply, { signal: 'SIGHUP' });
    assert.equal((await ask(first.version, { wait: '0' })).status, 304);
  });

  test('are given when they change; the job goes on once they are in force', async () => {
    const waiting = ask(first.version, { wait: '30' });
    await set('blue', 'r-set');
    const delivered = deliver();
    const next = (await waiting).body as HubConfig;
    assert.equal(Buffer.from(next.files[0]?.content ?? '', 'base64').toString(), 'blue hush-hush-3');
    const stop = new AbortController();
    const again = ask(next.version, { wait: '30' }, stop.signal);
    assert.match(await delivered, /shop web on web-1 has taken its files over/);
    stop.abort();
    assert.equal((await again).status, 304);
    first = next;
  });

  test('that a container cannot take over fail the job with its reason, and are not given again', async () => {
    await set('ill', 'r-ill');
    const bad = (await ask(first.version, { wait: '30' })).body as HubConfig;
    assert.equal(
      (await ask(first.version, { wait: '0', refused: bad.version, reason: 'exit 1\u001b[2J' })).status,
      304,
    );
    await assert.rejects(deliver(), (error: MusterError) => {
      assert.equal(error.code, 'files.refused');
      assert.match(error.message, /exit 1$/);
      return true;
    });
    await values.takeBack({ run: 'r-ill', by: BY, summary: 'back' });
    await until(async () => (await ask(first.version, { wait: '0' })).status === 304);
    await assert.doesNotReject(deliver());
  });

  test('are waited for on the way back as well: the run is over once containers have the version before', async () => {
    const { layers } = await values.now();
    const change = {
      ...{ layer: 'app/shop', name: 'color', before: layers['app/shop']?.color as never, after: 'dim' },
    };
    await values.set([change], { run: 'r-dim', by: BY, summary: 'dim' });
    const dim = (await ask(first.version, { wait: '30' })).body as HubConfig;
    assert.equal((await ask(dim.version, { wait: '0' })).status, 304);
    const notes: string[] = [];
    const about = { direction: 'undo', run: 'r-dim', signal: new AbortController().signal };
    const note = (text: string) => void notes.push(text);
    const input = { ...{ host: 'web-1', by: BY, summary: 'dim', shows: [] }, changes: [change] };
    const apps = [{ host: 'web-1', app: 'shop' }];
    const undone = setValues.brief!({ ...input, apps }, { ...beside, ...about, note } as unknown as Beside);
    const back = (await ask(dim.version, { wait: '30' })).body as HubConfig;
    assert.equal(back.version, first.version);
    assert.equal(notes.length, 1);
    assert.equal((await ask(back.version, { wait: '0' })).status, 304);
    await undone;
    assert.match(notes.join(), /shop web on web-1 has taken its files over/);
  });

  test('are in force once each replica of a service has them, and none is waited for that has ended', async () => {
    const stop = new AbortController();
    const slow = { life: 'replica0slow', wait: '0' };
    await ask(first.version, slow);
    await set('green', 'r-green');
    const green = (await ask(first.version, { wait: '30', life: 'replica0fast' })).body as HubConfig;
    const waiting = ask(green.version, { wait: '30', life: 'replica0fast' }, stop.signal);
    // The one that does not say which it is has them, too.
    await ask(green.version, { wait: '0' });
    await assert.rejects(deliver(1), { code: 'files.away' });
    await ask(first.version, { ...slow, refused: green.version, reason: 'exit 2' });
    await assert.rejects(deliver(), { code: 'files.refused' });
    const hangUp = new AbortController();
    const left = ask(green.version, { life: 'replica0slow', wait: '30' }, hangUp.signal);
    assert.match(await deliver(), /^shop web on web-1 has taken its files over$/);
    await set('late', 'r-late');
    hangUp.abort();
    await left;
    const late = (await ask(green.version, { wait: '30' })).body as HubConfig;
    await ask(late.version, { wait: '0' });
    await ask(late.version, { wait: '0', life: 'replica0fast' });
    assert.match(await deliver(), /has taken its files over/);
    stop.abort();
    await waiting;
    first = late;
  });

  test('are waited for in no container that has ended: only the live generation counts', async () => {
    await set('new', 'r-new');
    await beside.state.set('generations/shop', 'web-1', { current: 'r-two', list: [] });
    assert.match(await deliver(), /no container of shop on web-1 fetches files/);
    await beside.state.remove('generations/shop', 'web-1');
  });

  test('are waited for no longer once the run is cancelled', async () => {
    const stop = new AbortController();
    const delivered = deliver(60_000, stop.signal);
    stop.abort(new Error('cancelled'));
    await assert.rejects(delivered, /cancelled/);
  });

  test('that nobody takes over in time fail the job', async () => {
    await set('later', 'r-later');
    await assert.rejects(deliver(1), (error: MusterError) => error.code === 'files.away');
  });
});
