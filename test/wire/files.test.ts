/** Files of a whole manager: set in a chat, written on this machine, taken back where they are not taken over. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../src/bot/dispatch.ts';
import type { RunEvent } from '../../src/events.ts';
import { stepNamed } from '../../src/jobs/catalog.ts';
import { startHouse, type TestHouse } from '../house.ts';
import { needs } from '../needs.ts';

const FINE = 'test -s {file}';

describe('files of templates and data', { skip: needs(['redis-server', 'root']) }, () => {
  let folder: string;
  let house: TestHouse;
  const etc = (name: string) => join(folder, 'etc', name);
  const templates = (name: string) => join(house.house.config.current.folder, name);
  const put = async (name: string, text: string) => {
    await mkdir(dirname(templates(name)), { recursive: true });
    await writeFile(templates(name), text);
  };
  const read = (name: string) => readFile(etc(name), 'utf8');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-files-'));
    await mkdir(join(folder, 'etc'));
    const yaml = `
people: { reem: { identities: { test: '7' }, roles: [all] }, kim: { identities: { test: '8' }, roles: [shop] } }
roles:
  all: { allow: [{ commands: ['*'], on: ['*', '*/*'] }] }
  shop: { allow: [{ commands: ['config-*'], on: [config/app-shop] }] }
hosts: { local: { link: local, root: ${folder}/root } }
apps: { shop: { repository: /nowhere, hosts: [local] } }
files:
  web:
    { template: web.conf, path: ${etc('web.conf')}, targets: [host/local], mode: '0640', check: [sh, -c, '${FINE}'],
      apply: { run: [sh, -c, 'cat ${etc('web.conf')} >> ${etc('applied')}'] },
      healthy: [sh, -c, '! grep -q ill ${etc('web.conf')}'], within: 1s, schema: web.schema.json }
  other: { template: other, path: ${etc('other')}, targets: [host/local] }
approvals: { site: { commands: [config-set], on: [config/site], from: [all] } }
`;
    house = await startHouse(yaml, {}, [], [], {
      step: stepNamed,
      environment: { WEB_PASSWORD: 'hush-hush-7' },
    });
    await put(
      'templates/web.conf',
      'host {{db.host}}\npassword {{db.password}}\n{{#note}}note {{note}}\n{{/note}}',
    );
    await put(
      'templates/web.schema.json',
      '{"properties": {"db": {"properties": {"host": {"type": "string"}}}}}',
    );
    await put('templates/other', 'color {{color}}\n');
    await put('data/site.yml', 'db: { host: db-1 }\ncolor: red\nnote: null\n');
    await put('data/secret.yml', 'db: { password: "env:WEB_PASSWORD" }\n');
  });
  after(async () => {
    await house.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const follow = async (outcome: Outcome) => {
    assert.equal(outcome.kind, 'run', JSON.stringify(outcome));
    if (outcome.kind !== 'run') throw new Error();
    const said: string[] = [];
    for await (const event of house.house.state.runs.events.follow(outcome.run.id)) {
      said.push(...textsOf(event));
      if (event.type === 'ended')
        return { status: event.status, said, summary: event.summary, id: outcome.run.id };
    }
    throw new Error('it did not end');
  };
  const run = async (line: string) => follow(await house.say(line));
  const reply = async (line: string, user?: string) => {
    const outcome = await house.say(line, user);
    assert.ok('text' in outcome, JSON.stringify(outcome));
    return outcome.text;
  };

  test('are written as they are to be, with mode, and nothing of a secret is said or kept', async () => {
    const shown = await reply('/config render host/local');
    assert.match(shown, /password \[masked:db\.password\]/);
    const { status, said } = await run('/config apply host/local');
    assert.equal(status, 'succeeded', said.join('\n'));
    assert.equal(await read('web.conf'), 'host db-1\npassword hush-hush-7\n');
    assert.equal((await stat(etc('web.conf'))).mode & 0o777, 0o640);
    assert.equal(await read('other'), 'color red\n');
    assert.equal(await read('applied'), await read('web.conf'));
    const redis = house.server.connect();
    for (const key of await redis.keys('*')) {
      const dump = (await redis.dumpBuffer(key))?.toString('latin1') ?? '';
      assert.ok(!dump.includes('hush-hush'), `${key} holds the secret`);
    }
  });

  test('say where each value comes from, with secrets masked', async () => {
    const text = await reply('/config show host/local');
    assert.match(text, /db\.host = "db-1" · from site/);
    assert.match(text, /db\.password = \[redacted\] · from secret/);
    assert.ok(!text.includes('hush'));
  });

  test('that depend on a value are written when it is set, and no others; the card shows the difference', async () => {
    const old = await stat(etc('other'));
    const { status, said } = await run('/config set host/local db.host=db-2 --why moved');
    assert.equal(status, 'succeeded', said.join('\n'));
    assert.equal(await read('web.conf'), 'host db-2\npassword hush-hush-7\n');
    assert.equal((await stat(etc('other'))).ino, old.ino);
    const card = said.join('\n');
    assert.match(card, /-host db-1\n\+host db-2/);
    assert.match(card, /version 1/);
    assert.ok(!card.includes('hush'));
    assert.match(await reply('/config history'), /version 1 .* reem[\s\S]*why: moved[\s\S]*db\.host/);
  });

  test('come back, with the data, where the host does not get well with them', async () => {
    const { status, said } = await run('/config set host/local note=ill');
    assert.equal(status, 'failed', said.join('\n'));
    assert.equal(await read('web.conf'), 'host db-2\npassword hush-hush-7\n');
    assert.equal((await stat(etc('web.conf'))).mode & 0o777, 0o640);
    assert.match(await read('applied'), /note ill\nhost db-2\npassword hush-hush-7\n$/);
    const { values } = await house.house.state.values.now().then((now) => ({ values: now }));
    assert.deepEqual(values.layers, { 'host/local': { 'db.host': 'db-2' } });
    assert.equal(values.version, 3);
  });

  test('are refused at once where data does not fit the schema, or a name is missing', async () => {
    assert.match(
      await reply('/config set host/local db.host=5'),
      /web does not fit|does not fit web\.schema\.json/,
    );
    assert.match(await reply('/config set host/local __proto__.x=5'), /no name that data can have/);
    assert.match(await reply('/config set host/local "x=[1e999]"'), /written as another one/);
    assert.match(await reply('/config apply host/nowhere'), /no target host\/nowhere/);
  });

  test('that somebody changed by hand are shown, and written over only when asked', async () => {
    await writeFile(etc('web.conf'), 'host mine\npassword hush-hush-7\n');
    const { said } = await run('/config diff host/local');
    const shown = said.join('\n');
    assert.match(
      shown,
      /web\.conf was changed by hand\n-host mine\n\+host db-2\n password \[masked:db\.password\]/,
    );
    const refused = await run('/config set host/local db.host=db-3');
    assert.equal(refused.status, 'failed');
    assert.match(refused.summary, /is not as Muster left it/);
    assert.equal(await read('web.conf'), 'host mine\npassword hush-hush-7\n');
    const forced = await run('/config apply host/local --overwrite');
    assert.equal(forced.status, 'succeeded', forced.said.join('\n'));
    assert.equal(await read('web.conf'), 'host db-2\npassword hush-hush-7\n');
  });

  test('are put back where they were by a rollback', async () => {
    assert.equal((await run('/config set host/local db.host=db-9')).status, 'succeeded');
    assert.match(await read('web.conf'), /db-9/);
    // What failed was taken back by its own run: it is not what is gone back from.
    assert.equal((await run('/config set host/local note=ill')).status, 'failed');
    const back = await run('/config rollback host/local');
    assert.equal(back.status, 'succeeded', back.said.join('\n'));
    assert.match(await read('web.conf'), /db-2/);
    assert.equal((await run('/config rollback 0')).status, 'succeeded');
    assert.equal(await read('web.conf'), 'host db-1\npassword hush-hush-7\n');
  });

  test('are not written through a link, and the file beside is gone after a check that failed', async () => {
    await rm(etc('other'));
    await symlink('/etc/passwd', etc('other'));
    const linked = await run('/config apply other --overwrite');
    assert.equal(linked.status, 'failed');
    assert.match(linked.summary, /a symbolic link stands in the way/);
    await rm(etc('other'));
    await writeFile(etc('other'), 'color red\n');
    await chmod(etc('other'), 0o644);
  });

  test('take the agreement that the rules demand, with the difference to see, and the rights to the layer', async () => {
    const asked = await house.say('/config set site color=blue');
    assert.equal(asked.kind, 'asked');
    assert.match('text' in asked ? asked.text : '', /-color red\n\+color blue/);
    assert.match(await reply('/config set site color=blue', '8'), /You may not/);
    assert.match(await reply('/config set secret x=1'), /secrets are not set in a chat/);
  });
});

function textsOf(event: RunEvent): string[] {
  if (event.type === 'note') return [event.text];
  if (event.type === 'lines') return event.lines;
  if (event.type === 'ended') return [event.summary];
  return event.type === 'step' && event.error ? [event.error.summary] : [];
}
