/** What goes wrong around Telegram: operators hear what to do about it, and no line and no end is lost. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Api } from 'grammy';
import { Secret } from '../../../src/secret.ts';
import { openStage } from './stage.ts';

describe('Telegram in trouble', { timeout: 180_000 }, () => {
  test('says on another platform that the token is wrong, and what to do', async (t) => {
    const { listen, heard } = await openStage(t);
    await listen(undefined, { token: new Secret('4242:another') });
    const words = await heard(/platform\.token/);
    assert.match(words, /telegram: the token is refused: Unauthorized\. Make a new one, put it/);
    assert.match(words, /where platforms\.telegram\.token says, and restart Muster\. \[platform\.token\]/);
    assert.doesNotMatch(words, /4242/);
  });

  test('says the same of what is no token at all', async (t) => {
    const { listen, heard } = await openStage(t);
    await listen(undefined, { token: new Secret('no-token') });
    assert.match(await heard(/platform\.token/), /the token is refused: Not Found/);
  });

  test('says that the token was revoked in the middle of a run, and tells the end once it has a new one', async (t) => {
    const { muster, listen, heard, service, group, ops, reem, ...stage } = await openStage(t);
    await listen(undefined, { poll: 1 });
    service.say(group, reem, '/deploy wait');
    await stage.shown(/^◐ /);
    service.revoke();
    stage.release();
    await stage.until(() => stage.deployed.includes('wait'), 'the run to end all the same');
    await heard(/platform\.token/);
    await muster.house.close(0);
    const token = new Secret(service.renew());
    await listen(await muster.another(), { token });
    await stage.shown(/^● wait is live/);
    service.say(group, reem, '/deploy shop');
    await stage.shown(/shop is live/);
    assert.doesNotMatch(stage.texts(ops).join('\n'), /lets nothing in/, 'it is not told chat by chat');
  });

  test('says that another program polls with the token, how to find it, and when it is gone', async (t) => {
    const { listen, heard, service, group, reem, shown } = await openStage(t);
    await listen(undefined, { poll: 1 });
    const api = new Api(service.token, { apiRoot: service.url });
    const stop = new AbortController();
    const rival = (async () => {
      while (!stop.signal.aborted) await api.getUpdates({ timeout: 1 }, stop.signal as never).catch(() => {});
    })();
    const words = await heard(/platform\.conflict/);
    assert.match(words, /another program polls with my token/);
    assert.match(words, /another Muster, a bot under test/);
    stop.abort();
    await rival;
    service.say(group, reem, '/deploy shop');
    await shown(/shop is live/);
  });

  test('takes a webhook away that stands in the way of polling, and what waits is heard', async (t) => {
    const { listen, service, group, reem, shown } = await openStage(t);
    const api = new Api(service.token, { apiRoot: service.url });
    await api.setWebhook('https://gone.example/hook');
    service.say(group, reem, '/deploy shop');
    await listen();
    await shown(/shop is live/);
    assert.equal(service.webhook, '');
  });

  test('hears at once that it was put out and let in again, and then says how things ended', async (t) => {
    const { listen, heard, service, group, ops, reem, shown, release, deployed, until, texts } =
      await openStage(t);
    await listen();
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.kick(group);
    const words = await shown(/lets nothing in/, ops);
    assert.match(
      words,
      new RegExp(`the chat ${group.id} lets nothing in: I was put out of it\\. Take me in again`),
    );
    assert.match(words, /\[chat\.shut\]/);
    await heard(/lets nothing in/);
    release();
    await until(() => deployed.includes('wait'), 'the run to end');
    service.admit(group);
    await shown(/^● wait is live/);
    await shown(/takes messages again/, ops);
    assert.equal(texts().length, 1, 'the card alone, and nothing of what only operators can mend');
  });

  test('notices by its own message that it was put out, where nobody told it', async (t) => {
    const { listen, service, group, ops, reem, shown, release } = await openStage(t);
    await listen();
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    group.standing = 'kicked';
    release();
    await shown(/lets nothing in: Forbidden: bot was kicked from the group chat/, ops);
    service.admit(group);
    await shown(/^● wait is live/);
  });

  test('keeps what is said while it may not write, and says it when it may', async (t) => {
    const { listen, service, group, ops, reem, shown } = await openStage(t);
    await listen();
    service.mute(group);
    await shown(/lets nothing in: I may not write there/, ops);
    service.say(group, reem, '/deploy shop');
    service.say(group, reem, '/nonsense');
    service.admit(group, 'administrator');
    await shown(/shop is live/);
    await shown(/nonsense/);
    service.admit(group, 'member');
    service.say(group, reem, '/deploy blog');
    await shown(/blog is live/);
  });

  test('says that a chat is gone, keeps what it holds, and goes on elsewhere', async (t) => {
    const { listen, service, group, ops, reem, shown, release, deployed, until } = await openStage(t);
    await listen();
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.dissolve(group);
    release();
    await shown(/lets nothing in: Bad Request: chat not found/, ops);
    service.say(ops, reem, '/deploy shop');
    await shown(/shop is live/, ops);
    assert.deepEqual(deployed, ['wait', 'shop']);
    service.refound(group);
    service.admit(group);
    await shown(/^● wait is live/);
    await until(() => service.floods.length === 0, 'no flood');
  });

  test('says how it ended where Telegram refuses the card, and anew where it refuses to change it', async (t) => {
    const { listen, heard, service, group, reem, shown, release, texts } = await openStage(t);
    await listen();
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.dislike((method, { text }) => {
      if (method === 'editMessageText') return 'message content is odd';
      return /is live/.test(String(text)) ? 'message is too long' : undefined;
    });
    release();
    const words = /^(r-\w+): succeeded\. Its card could not be shown here: .* odd\nNext: \/logs \1$/;
    await shown(words);
    assert.match(texts()[0] as string, /^◐ /);
    await heard(/message content is odd.*\[chat\.refused\]/);
    service.say(group, reem, '/deploy shop');
    await shown(/^r-\w+: succeeded\. .*: Bad Request: message is too long\n/);
    service.say(group, reem, '/nonsense');
    await shown(/nonsense/);
    assert.equal(texts().length, 4);
  });

  test('does not lose a topic that was deleted or closed: it is said in the chat itself', async (t) => {
    const { listen, service, muster, reem, shown, release, texts } = await openStage(t);
    const forum = service.forum('forum');
    await muster.configure(
      `people: {reem: {identities: {telegram: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {telegram: {token: "env:TOKEN"}}
channels: {ops: {platform: telegram, chat: "${forum.id}"}}`,
    );
    await listen();
    const [one, two] = [service.topic(forum, 'one'), service.topic(forum, 'two')];
    service.say(forum, reem, '/nonsense', { thread: one });
    forum.topics.delete(one);
    await shown(/nonsense/, forum);
    service.say(forum, reem, '/deploy wait', { thread: two });
    (forum.topics.get(two) as { closed: boolean }).closed = true;
    await shown(/^◐ /, forum);
    release();
    await shown(/^● wait is live/, forum);
    assert.equal(texts(forum).length, 2);
  });

  test('hears and says everything after a connection was cut in the middle of a poll and of a message', async (t) => {
    const { listen, service, group, reem, shown, deployed } = await openStage(t);
    await listen();
    service.dropAfter(2, 'getUpdates');
    service.say(group, reem, '/deploy shop');
    service.dropAfter(1, 'sendMessage');
    await shown(/shop is live/);
    service.dropAfter(1, 'editMessageText');
    service.say(group, reem, '/deploy blog');
    await shown(/blog is live/);
    assert.deepEqual(deployed, ['shop', 'blog']);
  });

  test('follows a group that becomes a supergroup in the middle of a run', async (t) => {
    const { listen, service, group, reem, shown, release, told } = await openStage(t);
    await listen();
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    const moved = service.migrate(group);
    release();
    await shown(/^● wait is live/, moved);
    service.kick(moved);
    await shown(/.*/, moved);
    service.admit(moved);
    service.say(moved, reem, '/deploy shop');
    await shown(/shop is live/, moved);
    assert.ok(told.every((text) => !/not among the channels/.test(text)));
  });
});
