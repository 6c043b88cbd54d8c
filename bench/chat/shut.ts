/** (b) One chat that Telegram shuts for two minutes, while others go on; by a clock that runs faster than time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, none, percentile } from '../figure.ts';
import { type FastChat, openFastChat } from './fast.ts';

/** How long others may wait, and how long it may take until all is said, ms by the fast clock. */
const ALLOWED_MS = 5_000;
const PATIENCE_MS = 30 * 60_000;

/** One chat of ten is told to wait for 120 s; the others have something to say all the time. */
export async function* shut(speed: number): AsyncGenerator<Figure> {
  const chat = await openFastChat(speed);
  const { service, now, spoken } = chat;
  const groups = Array.from({ length: 10 }, (_, index) => service.supergroup(`group ${index}`));
  const [held, ...others] = groups as [(typeof groups)[0], ...typeof groups];
  const put: { text: string; at: number }[] = [];
  const say = async (round: number, to: typeof groups) => {
    for (const { id } of to) {
      const text = `${id} at ${round}`;
      put.push({ text, at: now() });
      await mail(chat, id, text);
    }
  };
  /** Says something in all chats every 6 s for so many minutes; gives how long that took in the others, ms. */
  const talk = async (first: number, minutes: number) => {
    const from = put.length;
    for (let round = 0; round < minutes * 10; round += 1) {
      await say(first + round, groups);
      await sleep(6_000 / speed);
    }
    await until(() => put.slice(from).every(({ text }) => text.startsWith(`${held.id}`) || found(text)));
    return put
      .slice(from)
      .filter(({ text }) => !text.startsWith(`${held.id}`))
      .map(({ text, at }) => (found(text)?.at ?? Number.POSITIVE_INFINITY) - at);
  };
  const found = (text: string) => spoken.find((one) => one.text === text);
  const until = async (done: () => boolean) => {
    for (const deadline = now() + PATIENCE_MS; !done() && now() < deadline; ) await sleep(20);
  };
  try {
    const before = await talk(0, 2);
    service.refuseNext(held, 120);
    const during = await talk(1_000, 2);
    await until(() => put.every(({ text }) => found(text) !== undefined));
    const [measured, peer] = [percentile(during, 0.99), percentile(before, 0.99)];
    yield {
      name: `one chat shut for 120 s: in ${others.length} others, p99`,
      goal: '<= 5 s, as before',
      unit: 'ms',
      measured,
      peer: { name: 'before that', value: peer },
      ok: measured <= ALLOWED_MS,
    };
    const gap = Math.max(
      ...spoken
        .filter((one) => one.chat === held.id)
        .map(({ at }, index, all) => at - (all[index - 1]?.at ?? at)),
    );
    yield {
      name: '  in the chat itself nothing, for',
      goal: '>= 120 s',
      unit: 'ms',
      measured: gap,
      ok: gap >= 120_000,
    };
    yield none('  messages lost', put.filter(({ text }) => !found(text)).length);
    yield none('  answers 429 but that one', service.floods.length - 1);
  } finally {
    await chat.close();
  }
}

const mail = ({ outbox }: FastChat, chat: number, text: string): Promise<void> =>
  outbox.put({
    ...{ id: text, place: { platform: 'telegram', chat: String(chat) }, lines: [text] },
    ...{ urgency: 'reply', final: true },
  });
