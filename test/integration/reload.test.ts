/** The configuration changes under a running Muster; and lines that are given when none runs. */
import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, oneHost } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';
import { outcomes } from './outcomes.ts';
import { waitFor } from './wait.ts';

describe('the configuration of a running Muster', {
  skip: lacksEngine('docker-compose', 'git', 'redis-server'),
}, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let good: string;

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    for (const app of ['hello', 'more'])
      new TestRepository(join(muster.folder, app)).commit('main', appFiles());
    const files = oneHost(muster, engine, { hello: '' });
    good = files['muster.yml'] as string;
    await muster.configure(files);
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  /** All that is answered, not only its first line. */
  const replied = async (line: string) => {
    const { events } = await muster.say(line);
    return (events.find(({ type }) => type === 'reply') as { text: string }).text;
  };
  const apps = async () => (await muster.say('/status')).result.text;
  const another = () => `  more: {repository: ${join(muster.folder, 'more')}, hosts: [local]}\n`;
  /** In one step, as careful editors write. */
  const write = async (text: string) => {
    await writeFile(join(muster.folder, 'next'), text);
    await rename(join(muster.folder, 'next'), join(muster.folder, 'config/muster.yml'));
  };

  test('a line is carried out by muster say itself where none runs, and is on record afterwards', async () => {
    const { exit, result } = await muster.say('/deploy hello');
    assert.equal(exit, 0, result.text);
    assert.match(await apps(), /1 of 1 app live/);
    assert.deepEqual((await outcomes(muster))[result.run as string], ['succeeded']);
    assert.equal((await muster.run('audit', 'verify')).exit, 0);
  });

  test('is loaded again when a file changes', async () => {
    await muster.start();
    assert.match(await apps(), /1 of 1 app live/);
    await write(good + another());
    await waitFor('the new app', async () => /1 of 2 apps live/.test(await apps()));
    assert.equal((await muster.say('/deploy more')).exit, 0);
    assert.match((await muster.say('/reload')).result.text, /Nothing has changed/);
  });

  test('stays where the new one is bad, and the log and /reload say why', async () => {
    await write(good.replace('hosts: [local]', 'hosts: [web-9]'));
    const bad = /muster\.yml:5:\d+ apps\.hello\.hosts\[0\]: no host is called web-9/;
    const { exit, result } = await muster.say('/reload');
    assert.equal(exit, 2);
    assert.match(result.text, /^The configuration has 1 problem:\n/);
    assert.match(result.text, bad);
    assert.match(result.text, /Mend the files/);
    const log = () => readFile(join(muster.folder, 'muster.log'), 'utf8');
    await write(`${good}nonsense: 1\n`);
    const says = /"problems":"[^"]*nonsense[^"]*","msg":"the configuration is bad; the old one stays"/;
    await waitFor('the log to say so', async () => says.test(await log()));
    assert.match(await apps(), /2 of 2 apps live/);
    assert.equal((await muster.say('/deploy more')).exit, 0);
  });

  test('is taken with /reload once it is good, and the answer says what changed', async () => {
    await write(good);
    const told = (await muster.say('/reload')).result.text;
    assert.match(told, /^(?:Loaded: apps: -more|Nothing has changed)/);
    assert.match(await apps(), /1 of 1 app live/);
    assert.match((await muster.say('/deploy more')).result.text, /no app called more/);
  });

  test('is spoken in the language it names: help, cards, refusals and what failed', async () => {
    await write(`${good}settings: {language: fi}\n`);
    await waitFor('Finnish', async () => /1 palvelin · sovelluksia julkaistu 1\/1/.test(await apps()));
    assert.match(await replied('/help'), /^Katso\n[\s\S]*\nSeuraavaksi: \/help /);
    const { result, events } = await muster.say('/deploy hello');
    assert.equal(result.status, 'succeeded');
    assert.match(result.text, /^hello main \([0-9a-f]{7}\) on käytössä palvelimella local$/);
    assert.ok(
      events.some(
        (event) =>
          event.type === 'step' && /^hello \([0-9a-f]{7}\): käynnistys palvelimella local$/.test(event.title),
      ),
    );
    assert.match((await muster.say('/deploy')).result.text, /^app puuttuu/);
    assert.match((await muster.say('/deploy hello nowhere')).result.text, /haaraa, tagia/);
    const audit = await replied('/audit --count 30');
    assert.match(audit, /^\d+ \S+ \S+ \S+ komento \/deploy hello$/m);
    assert.match(audit, /^\d+ \S+ \S+ \S+ tulos r-\w+ onnistui: hello main /m);
    assert.match(audit, /^\d+ \S+ \S+ \S+ hylkäys \/deploy hello nowhere \(hylätty: /m);
  });

  test('where it is bad, is answered in Finnish by /reload and muster check', async () => {
    const bad = good.replace('hosts: [local]', 'hosts: [web-9]').replace('apps:', 'nonsense: 1\napps:');
    await write(`${bad}settings: {language: fi}\n`);
    const { exit, result } = await muster.say('/reload');
    assert.equal(exit, 2);
    const problems =
      /^\S+muster\.yml:\d+:\d+ nonsense: tuntematon osio; osiot ovat [A-Za-z, ]+\n\S+muster\.yml:\d+:\d+ apps\.hello\.hosts\[0\]: palvelinta web-9 ei ole$/m;
    assert.match(result.text, /^Asetuksissa on 2 virhettä:\n/);
    assert.match(result.text, problems);
    assert.match(result.text, /\nKorjaa tiedostot, sitten aja muster check\.$/);
    const check = await muster.run('check');
    assert.equal(check.exit, 1);
    assert.match(check.stdout.replaceAll('✕ ', ''), problems);
    assert.match(
      check.stdout,
      /\n2 virhettä kansiossa \S+\. Korjaa ne, sitten aja muster check uudelleen\.\n$/,
    );
    await write(good);
    await waitFor('English', async () => /1 of 1 app live/.test(await apps()));
    assert.match((await muster.run('check')).stdout, /^● The configuration is valid: /m);
  });
});
