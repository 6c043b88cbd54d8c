/**
 * A manager, or a hub that watches over health, in a process of its own: forked with what it is as JSON; says `ready`, then what it is
 * asked for; ends when its parent lets it go. A hub that is sent the name of an app takes a bad report of it, and answers when that was.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Telegram } from '../../src/bot/telegram/telegram.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { openHouse } from '../../src/wire/house.ts';
import type { WireOptions } from '../../src/wire/state.ts';
import { openWatching } from './watching.ts';

export interface PartOf {
  kind: 'manager' | 'hub';
  redis: string;
  /** Of the service, for a manager. */
  url: string;
  token: string;
  /** Each app's own group, where alone it is told of. */
  groups: Record<string, number>;
}

/** Now, ms; the same in all processes of a machine. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

const say = (what: 'ready' | { app: string; at: number }): void => void process.send?.(what);
const caller = (app: string) => ({ app, generation: 'r-bench', service: 'web', host: 'local' });

async function manager({ url, token, groups }: PartOf, options: WireOptions): Promise<() => Promise<void>> {
  const channels = Object.entries(groups).map(
    ([app, chat]) => `  ${app}: {platform: telegram, chat: "${chat}"}\n`,
  );
  const routes = Object.keys(groups).map(
    (app) => `  ${app}: {to: [${app}], subjects: [app/${app}], delay: 0s}\n`,
  );
  await writeFile(
    join(options.config, 'muster.yml'),
    `hosts: {local: {link: local}}\nplatforms: {telegram: {token: "env:TOKEN"}}\nchannels:\n${channels.join('')}alerts:\n${routes.join('')}`,
  );
  const house = await openHouse(options);
  await house.start();
  await house.listen(new Telegram({ token: new Secret(token), apiRoot: url, log: options.log }), 'required');
  return () => house.close(0);
}

async function hub({ groups }: PartOf, options: WireOptions): Promise<() => Promise<void>> {
  const { health, close } = await openWatching(options);
  for (const app of Object.keys(groups))
    health.report(caller(app), { status: 'healthy', ttl: 3_600_000, checks: [] });
  process.on('message', (app: string) => {
    const at = clock();
    health.report(caller(app), { status: 'unhealthy', ttl: 3_600_000, checks: [] });
    say({ app, at });
  });
  return close;
}

if (process.send) {
  const parts = JSON.parse(process.argv[2] as string) as PartOf;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const scrubber = new Scrubber();
  const log = createLog({ level: 'silent', scrubber });
  const options: WireOptions = { config: folder, state: folder, redisUrl: parts.redis, log, scrubber };
  const close = await (parts.kind === 'manager' ? manager : hub)(parts, options);
  say('ready');
  await once(process, 'disconnect');
  await close();
  await rm(folder, { recursive: true, force: true });
}
