/** (c, Slack) How soon Slack is acknowledged under ten times the normal load, beside a bare Bolt app with the same load at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { App, LogLevel } from '@slack/bolt';
import { Slack } from '../../src/bot/slack/slack.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { type Channel, type Slack as Service, startSlack, type User } from '../../test/fakes/slack.ts';
import { type Area, percentile } from '../figure.ts';
import { openHall } from '../hall.ts';

/** Ten times one line a second, which is as many as may be answered in a channel (docs.slack.dev, rate limits). */
const LINES_A_SECOND = 10;
const CHANNELS = 10;
/** A tenth of what Slack waits for (docs.slack.dev/apis/events-api). */
const ALLOWED_MS = 300;

export const slack: Area = async function* ({ small }) {
  const lines = LINES_A_SECOND * (small ? 1 : 60);
  const [bare, ours] = [await openSide(), await openSide()];
  const app = new App({
    token: bare.service.botToken,
    appToken: bare.service.appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: bare.service.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.event('app_mention', async () => {});
  app.event('message', async () => {});
  await app.start();
  const hall = await openHall(async () => {}, {
    identities: `slack: ${ours.reem.id}`,
    more: [
      'platforms: {slack: {botToken: "env:BOT", appToken: "env:APP"}}',
      'channels:',
      ...ours.channels.map(({ id, name }) => `  ${name}: {platform: slack, chat: ${id}}`),
      '',
    ].join('\n'),
  });
  const platform = new Slack({
    botToken: new Secret(ours.service.botToken),
    way: { appToken: new Secret(ours.service.appToken) },
    apiUrl: ours.service.apiUrl,
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  });
  await hall.house.listen(platform, 'required');
  try {
    for (const { service } of [bare, ours]) while (service.sockets.length === 0) await sleep(10);
    for (let line = 0; line < lines; line += 1) {
      for (const side of [bare, ours]) {
        side.say(line);
        await sleep(1_000 / LINES_A_SECOND / 2);
      }
    }
    for (const { service } of [bare, ours])
      while (service.deliveries.some(({ state }) => state === 'pending')) await sleep(10);
    const again = ours.service.deliveries.filter(
      ({ state, attempts }) => state !== 'acknowledged' || attempts.length > 1,
    ).length;
    const [floor, samples] = [acknowledgements(bare.service), acknowledgements(ours.service)];
    for (const [name, share] of [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const) {
      const measured = percentile(samples, share);
      yield {
        name: `Slack acknowledged, ${LINES_A_SECOND} lines/s, ${name}`,
        goal: '<= 300 ms of its 3 s',
        unit: 'ms',
        measured,
        peer: { name: 'Bolt, which keeps nothing', value: percentile(floor, share) },
        ok: measured <= ALLOWED_MS,
      };
    }
    yield {
      name: `  of ${samples.length} deliveries, told again`,
      ...{ goal: '0', unit: '', measured: again, ok: again === 0 },
    };
  } finally {
    await app.stop();
    await hall.close();
    for (const { service } of [bare, ours]) await service.close();
  }
};

interface Side {
  service: Service;
  channels: Channel[];
  reem: User;
  say(line: number): void;
}

async function openSide(): Promise<Side> {
  const service = await startSlack({ clock: { now: () => performance.timeOrigin + performance.now() } });
  const channels = Array.from({ length: CHANNELS }, (_, index) => service.channel(`build-${index}`));
  const reem = service.user('reem', 'U07REEM');
  return {
    service,
    channels,
    reem,
    say: (line) => void service.mention(channels[line % CHANNELS] as Channel, reem, 'work local'),
  };
}

/** How long each delivery took to be acknowledged, ms. */
const acknowledgements = ({ deliveries }: Service): number[] =>
  deliveries.flatMap(({ attempts: [first] }) => (first?.ended === undefined ? [] : [first.ended - first.at]));
