import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { platformConformance } from '../../conformance/platform.ts';
import { type Seen, startTelegram } from '../../fakes/telegram.ts';

/** What the bot marks itself; everything else that stands out would have come of the words. */
const OWN = ['bold', 'code'];

platformConformance('Telegram', { redelivers: true, service: true, moves: true }, async () => {
  let now = Date.now();
  const service = await startTelegram({ clock: { now: () => now } });
  const forum = service.forum('ops');
  const reem = service.user('Reem', 7);
  const topic = service.topic(forum, 'deploys');
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const place = { platform: 'telegram', chat: String(forum.id) };
  const said = () => service.said(forum);
  const text = (messages: Seen[]) => messages.map(({ text }) => text).join('\n');
  return {
    platform: new Telegram({ token: new Secret(service.token), apiRoot: service.url, log }),
    place,
    person: '7',
    say(words, where = place) {
      const thread = 'thread' in where && where.thread !== undefined ? Number(where.thread) : undefined;
      const update = service.say(forum, reem, words, { thread });
      return () => service.redeliver(update);
    },
    unconfirmed: () => service.pending().length,
    read: () => text(said().filter(({ thread }) => thread === undefined)),
    thread: {
      place: { ...place, thread: String(topic) },
      read: () => text(said().filter(({ thread }) => thread === topic)),
    },
    sprung: () =>
      said().flatMap(({ entities }) =>
        entities.filter(({ type }) => !OWN.includes(type)).map(({ type }) => type),
      ),
    press: ({ message }, line) => void service.click({ chat: forum.id, id: Number(message) }, reem, line),
    buttons: () =>
      (said().at(-1)?.keyboard ?? [])
        .flat()
        .map((button) => ('callback_data' in button ? button.callback_data : '')),
    whispers: () => service.answers.map(({ text }) => text ?? ''),
    reactions: (message) => service.messages(forum).find(({ id }) => id === Number(message))?.reactions ?? [],
    files: () =>
      said().flatMap(({ document }) =>
        document ? [{ name: document.name, text: document.bytes.toString() }] : [],
      ),
    troubles: {
      remove({ message }) {
        service.remove(said().find(({ id }) => id === Number(message)) as Seen);
      },
      shut: () => void service.kick(forum),
      admit: () => void service.admit(forum),
      move() {
        const group = service.group('build');
        const { id } = service.migrate(group);
        return { from: { platform: 'telegram', chat: String(group.id) }, chat: String(id) };
      },
      dislike: (what) =>
        service.dislike((_, { text, entities, reply_markup: keyboard }) => {
          if (what !== 'looks') return what.test(String(text)) ? 'message is too long' : undefined;
          return JSON.stringify(entities ?? []).length > 2 || keyboard ? "can't parse entities" : undefined;
        }),
      outage: (calls) => service.outage(calls, 'sendMessage'),
    },
    pass(ms) {
      now += ms;
    },
    close: () => service.close(),
  };
});
