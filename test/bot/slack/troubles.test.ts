/** What goes wrong around Slack: operators hear what to do about it, and no line and no end is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../src/secret.ts';
import { openStage } from './stage.ts';

describe('Slack in trouble', { timeout: 180_000 }, () => {
  test('says on another platform which token is wrong, and what to do', async (t) => {
    const stage = await openStage(t);
    await stage.listen('socket', { botToken: new Secret('xoxb-wrong') });
    const words = await stage.heard(/platform\.token/);
    assert.match(words, /slack: the botToken is refused: invalid_auth\. Make a new one, put it where/);
    assert.match(words, /platforms\.slack\.botToken says, and restart Muster\. \[platform\.token\]/);
    assert.doesNotMatch(words, /xoxb/);
  });

  test('says the same of the token of the app: a wrong one, and the bot token in its place', async (t) => {
    for (const [token, reason] of [
      ['xapp-wrong', 'invalid_auth'],
      ['xoxb-of-the-fake', 'not_allowed_token_type'],
    ] as const) {
      const stage = await openStage(t);
      await stage.listen('socket', { way: { appToken: new Secret(token) } });
      assert.match(await stage.heard(/platform\.token/), new RegExp(`the appToken is refused: ${reason}\\.`));
    }
  });

  test('says that the token of the app was revoked when it wants a new socket, and what is asked for goes on being shown', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    service.revoke('app');
    service.hangUp();
    assert.match(await stage.heard(/platform\.token/), /the appToken is refused: token_revoked/);
    stage.release();
    await stage.shown(/^● wait is live/);
  });

  for (const refusal of ['token_revoked', 'account_inactive'] as const)
    test(`says that the token became worthless (${refusal}), and tells the end of a run once it counts again`, async (t) => {
      const stage = await openStage(t);
      await stage.begin();
      const { service, channel, reem } = stage;
      service.mention(channel, reem, 'deploy wait');
      await stage.shown(/^◐ /);
      service.revoke('bot', refusal);
      stage.release();
      await stage.heard(new RegExp(`the botToken is refused: ${refusal}`));
      service.mention(channel, reem, 'deploy shop');
      await stage.until(() => stage.deployed.includes('shop'), 'what is heard meanwhile to be done');
      assert.ok(!stage.told.some((text) => text.includes('lets nothing in')), stage.told.join('\n'));
      service.restore();
      await stage.shown(/^● wait is live/);
      await stage.shown(/^● shop is live/);
      await stage.heard(/slack is well again \(botToken\)/);
      assert.equal(stage.readings().length, 2, stage.readings().join('\n'));
    });

  test('says that it was put out of the channel, and goes on where it is taken in again', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    service.kick(channel);
    stage.release();
    const words = await stage.heard(/chat\.shut/);
    assert.match(words, /slack: the chat C\w+ lets nothing in: not_in_channel\. Take me in again/);
    service.invite(channel);
    await stage.shown(/^● wait is live/);
    await stage.heard(/takes messages again/);
    assert.equal(stage.readings().length, 1);
  });

  test('says that the channel was archived, and goes on where it is opened again', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    service.archive(channel);
    stage.release();
    assert.match(await stage.heard(/chat\.shut/), /lets nothing in: is_(archived|inactive)\./);
    service.archive(channel, false);
    await stage.shown(/^● wait is live/);
    await stage.heard(/takes messages again/);
  });

  test('says which scope the app lacks', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    service.withdraw('chat.postMessage', 'chat:write');
    service.mention(channel, reem, 'deploy shop');
    const words = await stage.heard(/platform\.scope/);
    assert.match(
      words,
      /the app lacks a right: missing_scope\. Give the app the scope chat:write, and install/,
    );
    await stage.until(() => stage.deployed.includes('shop'), 'what is heard to be done');
    await sleep(500);
    assert.equal(stage.told.filter((text) => text.includes('platform.scope')).length, 1);
  });

  test('hears and says everything once more after pages of errors, cut calls and cut sockets', async (t) => {
    const stage = await openStage(t);
    const { service, channel, reem } = stage;
    service.outage(2, 'auth.test');
    service.outage(2, 'apps.connections.open');
    await stage.begin();
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    // A new socket is wanted, and Slack shows pages of errors: here the library gave up for good.
    service.outage(1, 'apps.connections.open');
    service.dropBefore(1, 'apps.connections.open');
    service.hangUp();
    service.outage(3, 'chat.update');
    const said = service.mention(channel, reem, 'deploy shop');
    stage.release();
    await stage.until(() => service.sockets.length > 0, 'a socket again');
    for (const delivery of said.deliveries) service.redeliver(delivery);
    await stage.shown(/^● wait is live/);
    await stage.shown(/^● shop is live/);
    assert.deepEqual(stage.deployed.toSorted(), ['shop', 'wait']);
    assert.equal(stage.readings().length, 2, stage.readings().join('\n'));
    assert.deepEqual(stage.told, [], 'what passes within a minute is nobody’s business');
  });

  test('opens another socket where Slack says goodbye, and runs what two sockets were told once', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    await stage.until(() => service.sockets.length === 1, 'a socket');
    for (const reason of ['warning', 'refresh_requested'] as const) {
      const [before] = service.sockets;
      service.disconnect(reason);
      await stage.until(() => service.sockets.some((socket) => socket !== before), 'another socket');
      await stage.until(() => service.sockets.length === 1, 'the old one to be gone');
    }
    const { deliveries } = service.mention(channel, reem, 'deploy shop');
    await stage.until(() => deliveries.every(({ state }) => state === 'acknowledged'), 'the line');
    service.hangUp();
    await stage.until(() => service.sockets.length === 1, 'a third socket');
    for (const delivery of deliveries) service.redeliver(delivery);
    await stage.shown(/^● shop is live/);
    await stage.until(() => deliveries.every(({ attempts }) => attempts.at(-1)?.outcome), 'an answer');
    await sleep(300);
    assert.deepEqual(stage.deployed, ['shop']);
    assert.equal(new Set(deliveries.flatMap(({ attempts }) => attempts.map(({ socket }) => socket))).size, 2);
    assert.equal(stage.readings().length, 1);
  });

  test('says in the channel what belongs to a thread that is gone', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    const root = service.say(channel, reem, 'what about the shop?');
    service.hold();
    service.mention(channel, reem, 'deploy shop', { thread: root.ts });
    service.mention(channel, reem, 'deploy blog');
    service.remove(root);
    service.release();
    await stage.shown(/^● shop is live/);
    await stage.shown(/^● blog is live/);
  });

  test('says how it ended where Slack refuses the card, changed or new', async (t) => {
    const stage = await openStage(t);
    const { service, channel, reem } = stage;
    await stage.begin();
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    service.dislike((_, { text }) => (/is live/.test(String(text)) ? 'msg_too_long' : undefined));
    stage.release();
    const words = /^(r-\w+): succeeded\. Its card could not be shown here: msg_too_long\nNext: .*logs \1$/;
    await stage.shown(words);
    assert.equal(stage.readings().length, 1, 'in place of the card');
    await stage.heard(/msg_too_long.*\[chat\.refused\]/);
    service.dislike((_, { text }) => (/blog is live/.test(String(text)) ? 'invalid_blocks' : undefined));
    service.mention(channel, reem, 'deploy blog');
    await stage.shown(/^r-\w+: succeeded\. .*: invalid_blocks\n/);
    service.mention(channel, reem, 'deploy shop');
    await stage.shown(/^● shop is live/);
    assert.equal(stage.readings().length, 3);
  });

  test('runs a forged press as what its presser said: with their rights, through the same rules', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/^◐ /);
    const card = service.said(channel)[0] as ReturnType<typeof service.said>[number];
    const eve = service.user('eve', 'U0EVE');
    for (const value of [
      '/deploy shop',
      '/cancel r-1 --as reem',
      '{"user":"U07REEM","text":"/deploy shop"}',
    ]) {
      const before = service.ephemerals.length;
      service.click(card, eve, value);
      await stage.until(() => service.ephemerals.length > before, `an answer to ${value}`);
    }
    service.click(card, reem, '/nonsense "; rm -rf / <!channel>');
    await stage.until(() => service.ephemerals.some(({ to }) => to === reem.id), 'an answer to nonsense');
    assert.deepEqual(
      service.ephemerals.flatMap(({ mentions, links }) => [...mentions, ...links]),
      [],
    );
    stage.release();
    await stage.shown(/^● wait is live/);
    assert.deepEqual(stage.deployed, ['wait']);
  });

  test('takes a line of 40,000 characters, of control characters and of mentions for what it is', async (t) => {
    const stage = await openStage(t);
    await stage.begin();
    const { service, channel, reem } = stage;
    const lines = [
      `deploy ${'x'.repeat(39_000)}`,
      'deploy \u202eshop\u0007 \u0000',
      'deploy <!channel> <@U07REEM> <https://evil.example|shop>',
    ];
    for (const [index, line] of lines.entries()) {
      service.mention(channel, reem, line, { markup: true });
      await stage.until(() => stage.readings().length > index, `an answer to line ${index}`);
    }
    const said = service.said(channel);
    assert.deepEqual(
      said.flatMap(({ mentions, links }) => [...mentions, ...links]),
      [],
    );
    for (const { reading } of said) assert.doesNotMatch(reading, /[\u202e\u0007\u0000]/);
    assert.deepEqual(stage.deployed, []);
  });
});
