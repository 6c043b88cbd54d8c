import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Authority } from '../../../src/adapters/gate/authority.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { archiveOf } from '../../../src/archive.ts';
import { App, Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import type { Caller } from '../../../src/hub.ts';
import { rememberBase } from '../../../src/jobs/bases.ts';
import { overShell } from '../../../src/jobs/carry-out.ts';
import { Renewals } from '../../../src/jobs/deploy/renewals.ts';
import { guardedBy } from '../../../src/jobs/guardian.ts';
import { deployPlan, rollbackPlan } from '../../../src/jobs/plans/deploy.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { HubWay, publishHub } from '../../../src/wire/hub/place.ts';
import { lacksEngine, startEngine, type TestEngine } from '../../engine.ts';
import { TestRepository } from '../../repository.ts';
import { type Place, stateInMemory, type Walk, walk } from './walk.ts';

const LIFE_MS = 3_600_000;
const PLACE = { address: '127.0.0.1:1', pins: [`SHA256:${'a'.repeat(43)}`] };
const COMMAND = 'command: [sleep, "999"]\n    init: true\n    network_mode: none';
const composeOf = (web = 'build: .') =>
  `services:\n  web:\n    ${web}\n    ${COMMAND}\n  db:\n    image: muster/base\n    ${COMMAND}\n`;

describe('an app where there is a hub', { skip: lacksEngine('git', 'docker-compose') }, () => {
  let engine: TestEngine;
  let place: Place & { beside: NonNullable<Place['beside']> };
  let repository: TestRepository;
  let authority: Authority;
  let away: MusterError | undefined;
  const folder = (...path: string[]) => join(place.root, 'apps/shop', ...path);
  const settings = App.parse({ repository: 'shop', hosts: ['local'], keep: 1 });
  const configOf = (baseImage: 'any' | 'required') => ({
    ...Config.parse({ hub: { address: '127.0.0.1:1' }, hosts: { local: { link: 'local', baseImage } } }),
    folder: '/nowhere',
  });
  /** Without waiting for health: that is another test's. */
  const go = async (plan: ReturnType<typeof deployPlan>, run: string): Promise<Walk> =>
    walk({ ...plan, stages: plan.stages.filter(({ name }) => name !== 'healthy') }, run, place);
  const deploy = (run: string, files: Record<string, string> = {}) => {
    if (Object.keys(files).length > 0) repository.commit('main', files);
    const commit = repository.git('rev-parse', 'main');
    const parts = { app: 'shop', settings, folder: engine.root, ref: 'main', commit, hosts: ['local'] };
    return go(deployPlan(parts), run);
  };
  const renewalsAt = (now: () => number) =>
    new Renewals({
      state: place.state,
      apps: () => ['shop'],
      reach: async () =>
        overShell({ ...place, loginTo: () => undefined, guarding: guardedBy('local', undefined) }),
      issue: place.beside.hub!.issue,
      place: authority.place,
      log: createLog({ level: 'silent', destination: 2, scrubber: new Scrubber() }),
      now,
    });
  const container = async (service: string) =>
    (await engine.docker('ps', '--quiet', '--filter', `label=com.docker.compose.service=${service}`)).trim();
  const seen = async (service: string, file: string) =>
    engine.docker('exec', '--user', '4711', await container(service), 'cat', `/run/muster/hub/${file}`);
  const callerSeen = async (service: string) =>
    (JSON.parse(await seen(service, 'hub.json')) as { caller: Caller }).caller;

  before(async () => {
    engine = await startEngine();
    authority = await Authority.open({
      keys: join(engine.root, 'keys'),
      lifetime: () => LIFE_MS,
      place: () => PLACE,
    });
    const issue = async (caller: Caller) => {
      if (away) throw away;
      return authority.issue(caller);
    };
    place = {
      shell: localShell({ host: 'local' }),
      root: join(engine.root, 'muster'),
      tools: { docker: { socket: engine.socket } },
      state: stateInMemory(),
      beside: { config: configOf('any'), hub: { issue, standIn: (caller) => way.standIn(caller) } },
    };
    await publishHub(place.state, PLACE);
    const config = () => place.beside.config;
    const way = new HubWay({ state: engine.root, live: place.state, config });
    repository = new TestRepository(join(engine.root, 'shop'));
    repository.commit('main', { 'compose.yaml': composeOf(), Dockerfile: 'FROM muster/base\n' });
  });
  after(async () => {
    await place?.shell.close();
    await engine?.stop();
  });

  it('finds in each container, whoever its user is, what is bound to its service', async () => {
    const { error } = await deploy('r-gen1');
    assert.equal(error, undefined);
    for (const service of ['web', 'db']) {
      const caller = { app: 'shop', generation: 'r-gen1', service, host: 'local' };
      assert.deepEqual(await callerSeen(service), caller);
      const admitted = authority.admitted(new X509Certificate(await seen(service, 'certificate.pem')));
      assert.deepEqual(admitted?.caller, caller);
      authority.check(admitted!, await seen(service, 'token'));
      assert.match(await seen(service, 'key.pem'), /^-----BEGIN PRIVATE KEY-----/);
    }
  });

  it('shows it to nobody else on the host, and to no container for writing', async () => {
    for (const path of [folder(), folder('generations/r-gen1')])
      assert.equal(statSync(path).mode & 0o777, 0o700);
    const touch = engine.docker('exec', await container('web'), 'mkdir', '/run/muster/hub/x');
    await assert.rejects(touch, /Read-only file system/);
  });

  it('brings new ones with the next generation, and does not start again what has not changed', async () => {
    const db = await container('db');
    const key = await seen('db', 'key.pem');
    assert.equal((await deploy('r-gen2', { Dockerfile: 'FROM muster/base\nENV A=1\n' })).error, undefined);
    assert.equal(await container('db'), db);
    assert.notEqual(await seen('db', 'key.pem'), key);
    for (const service of ['web', 'db']) assert.equal((await callerSeen(service)).generation, 'r-gen2');
    assert.equal(existsSync(folder('generations/r-gen1/hub')), false);
  });

  it('goes back with fresh ones', async () => {
    const commit = repository.git('rev-parse', 'main^');
    const back = [{ host: 'local', generation: 'r-gen1', commit, ref: 'main' }];
    assert.equal((await go(rollbackPlan({ app: 'shop', settings, back }), 'r-back')).error, undefined);
    for (const service of ['web', 'db']) assert.equal((await callerSeen(service)).generation, 'r-gen1');
    assert.equal(existsSync(folder('generations/r-gen2/hub')), false);
  });

  it('is as it was where a deploy fails, with fresh ones of its own', async () => {
    const { failed } = await deploy('r-bad', {
      'compose.yaml': composeOf('image: muster/base\n    pid: "container:no"'),
    });
    assert.equal(failed, 'deploy.start');
    for (const service of ['web', 'db']) assert.equal((await callerSeen(service)).generation, 'r-gen1');
    assert.equal(existsSync(folder('generations/r-bad/hub')), false);
  });

  it('is renewed at half of the time, all of a set at once, and keeps no old ones', async () => {
    const now = { ms: Date.now() };
    const renewals = renewalsAt(() => now.ms);
    assert.deepEqual(await renewals.look(), []);
    const before = await seen('web', 'key.pem');
    now.ms += LIFE_MS / 2 + 1_000;
    assert.deepEqual(await renewals.look(), [{ app: 'shop', host: 'local', generation: 'r-gen1' }]);
    assert.notEqual(await seen('web', 'key.pem'), before);
    assert.equal((await callerSeen('web')).generation, 'r-gen1');
    const set = readlinkSync(folder('generations/r-gen1/hub/web/..data'));
    assert.ok(readdirSync(folder('generations/r-gen1/hub/web')).includes(set));
  });

  it('starts where the hub is away, says so, and has its identity when that is back', async () => {
    away = new MusterError('hub.key.changed', { address: '127.0.0.1:1', fingerprint: PLACE.pins[0] });
    const { error, notes } = await deploy('r-gen3', { 'compose.yaml': composeOf() });
    assert.equal(error, undefined);
    assert.match(
      notes.join('\n'),
      /shop on local keeps what it prints until that is back \(.*127\.0\.0\.1:1/,
    );
    const shown = async () => new X509Certificate(await seen('web', 'certificate.pem'));
    assert.equal((await callerSeen('web')).generation, 'r-gen3');
    assert.equal(authority.admitted(await shown()), undefined);
    away = undefined;
    assert.equal((await renewalsAt(Date.now).look()).length, 1);
    assert.equal(authority.admitted(await shown())?.caller.generation, 'r-gen3');
  });

  it('may not mount something of its own in that place', async () => {
    const mine = `volumes: ["./:/run/muster/hub/"]\n    build: .`;
    const { error } = await deploy('r-gen4', { 'compose.yaml': composeOf(mine) });
    assert.equal(error?.code, 'compose.invalid');
    assert.match(error?.message ?? '', /web mounts something at \/run\/muster\/hub/);
  });

  it('is refused where its host demands the base image and it stands on none that Muster built', async () => {
    place.beside.config = configOf('required');
    const running = await container('web');
    const { error, failed } = await deploy('r-gen5', { 'compose.yaml': composeOf() });
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'image.base');
    assert.match(error?.message ?? '', /: db, web$/);
    assert.equal(await container('web'), running);
  });

  it('is let in by the layers of a base on record', async () => {
    const [{ RootFS }] = JSON.parse(await engine.docker('image', 'inspect', 'muster/base'));
    const at = new Date().toISOString();
    await rememberBase(place.state, { layers: RootFS.Layers, tag: 'x', host: 'local', at });
    assert.equal((await deploy('r-gen6')).error, undefined);
  });

  it('is refused under the name of the base image where its layers are others', async () => {
    const other = join(engine.root, 'other.tar');
    writeFileSync(other, archiveOf([{ path: 'anything', content: 'else', mode: 0o644 }], 0));
    await engine.docker('import', other, 'muster/base:latest');
    const { error } = await deploy('r-gen8', {
      'compose.yaml': composeOf('build: .'),
      Dockerfile: 'FROM muster/base\nENV B=1\n',
    });
    assert.equal(error?.code, 'image.base');
  });
});
