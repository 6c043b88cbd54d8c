import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { startTelegram } from '../../fakes/telegram.ts';
import { startHouse } from '../../house.ts';

describe('a channel that is told of runs', { timeout: 120_000 }, () => {
  test('shows a card of each on its scopes, wherever it was asked for, and its end also after a restart', async (t) => {
    const service = await startTelegram();
    const [build, shops] = [service.group('build'), service.group('shops')];
    const reem = service.user('Reem', 7);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = async (signal: AbortSignal) => {
      await Promise.race([released, once(signal, 'abort').then(() => Promise.reject(signal.reason))]);
    };
    const muster = await startHouse(
      `
people: {reem: {identities: {telegram: "7", test: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {telegram: {token: "env:TOKEN"}}
channels:
  build: {platform: telegram, chat: "${build.id}"}
  shops: {platform: telegram, chat: "${shops.id}", posts: [runs], on: ["app/shop*"]}
`,
      { 'shop-eu': held },
    );
    t.after(async () => {
      release();
      await muster.stop();
      await service.close();
    });
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const listen = async (house: House) => {
      await house.start();
      await house.listen(
        new Telegram({ token: new Secret(service.token), apiRoot: service.url, log }),
        'required',
      );
    };
    const texts = (chat = shops) => service.said(chat).map(({ text }) => text);
    const until = async (done: () => boolean, what: string) => {
      for (const deadline = Date.now() + 45_000; !done(); await sleep(10))
        if (Date.now() > deadline)
          assert.fail(`waited for ${what}: ${JSON.stringify([texts(build), texts()])}`);
    };
    await listen(muster.house);
    service.say(build, reem, '/deploy blog');
    await until(() => /blog is live/.test(texts(build).join('\n')), 'the end of blog');
    service.say(build, reem, '/deploy shop');
    await until(() => /shop is live/.test(texts(build).join('\n')), 'the end of shop where it was asked for');
    await until(() => /shop is live/.test(texts().join('\n')), 'the end of shop in the channel');
    assert.equal(texts().length, 1, 'blog is not told there');

    const asked = await muster.say('/deploy shop-eu');
    assert.equal(asked.kind, 'run');
    await until(() => texts().length === 2, 'a card of what was asked for elsewhere');
    await muster.house.close(0);
    release();
    await listen(await muster.another());
    await until(() => /shop-eu is live/.test(texts().join('\n')), 'its end after the restart');
    assert.equal(texts().length, 2, 'one message each');
  });
});
