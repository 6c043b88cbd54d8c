import { Slack } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { platformConformance } from '../../conformance/platform.ts';
import { type Seen, startSlack } from '../../fakes/slack.ts';
import { freePort } from './stage.ts';

for (const way of ['Socket Mode', 'signed requests']) {
  let listening = false;
  const ready = () => listening;
  platformConformance(`Slack with ${way}`, { redelivers: true, service: true, ready }, async () => {
    let now = Date.now();
    const service = await startSlack({ clock: { now: () => now } });
    const channel = service.channel('build');
    const reem = service.user('reem', 'U07REEM');
    service.hold();
    const root = service.say(channel, service.user('kim'), 'what runs here?');
    for (const delivery of root.deliveries) service.forget(delivery);
    service.release();
    const port = await freePort();
    const socket = way === 'Socket Mode';
    const platform = new Slack({
      botToken: new Secret(service.botToken),
      way: socket
        ? { appToken: new Secret(service.appToken) }
        : { signingSecret: new Secret(service.signingSecret), port },
      apiUrl: service.apiUrl,
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
    });
    listening = false;
    const look = setInterval(async () => {
      if (listening) return;
      if (socket) listening = service.sockets.length > 0;
      else
        listening = await service.subscribe(`http://127.0.0.1:${port}/slack/events`).then(
          () => true,
          () => false,
        );
    }, 20);
    const place = { platform: 'slack', chat: channel.id };
    const said = () => service.said(channel);
    const text = (messages: Seen[]) => messages.map(({ reading }) => reading).join('\n');
    return {
      platform,
      place,
      person: reem.id,
      say(words, where = place) {
        const { deliveries } = service.say(channel, reem, words, { thread: where.thread });
        return () => {
          for (const delivery of deliveries) service.redeliver(delivery);
        };
      },
      unconfirmed: () =>
        service.deliveries.filter(({ state, attempts }) => state === 'pending' && attempts.length > 0).length,
      read: () => text(said().filter(({ thread }) => thread === undefined)),
      thread: {
        place: { ...place, thread: root.ts },
        read: () => text(said().filter(({ thread }) => thread === root.ts)),
      },
      sprung: () => said().flatMap(({ mentions, links }) => [...mentions, ...links.map(({ url }) => url)]),
      press: ({ message }, line) => void service.click({ channel: channel.id, ts: message }, reem, line),
      buttons: () =>
        [...JSON.stringify(said().at(-1)?.blocks ?? []).matchAll(/"value":"([^"]*)"/g)].map(
          ([, value]) => value as string,
        ),
      whispers: () => service.ephemerals.map(({ reading }) => reading),
      reactions: (message) =>
        Object.keys(service.messages(channel).find(({ ts }) => ts === message)?.reactions ?? {}),
      files: () =>
        said().flatMap(({ files }) => files.map(({ name, bytes }) => ({ name, text: bytes.toString() }))),
      troubles: {
        remove: ({ message }) => void service.remove({ channel: channel.id, ts: message }),
        shut: () => service.kick(channel),
        admit: () => service.invite(channel),
        dislike: (what) =>
          service.dislike((_, { text, blocks }) => {
            if (what === 'looks') return blocks === undefined ? undefined : 'invalid_blocks';
            return what.test(`${text} ${blocks}`) ? 'msg_too_long' : undefined;
          }),
        outage: (calls) => service.outage(calls, 'chat.postMessage'),
      },
      pass(ms) {
        now += ms;
      },
      async close() {
        clearInterval(look);
        await service.close();
      },
    };
  });
}
