/** `muster worker`: serves the lanes of some hosts; managers then leave these to it. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { pendingHost } from '../config/enrolled.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigSource } from '../config/watch.ts';
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { ownKeys } from '../wire/enrolment.ts';
import { knownHosts } from '../wire/known.ts';
import { openState } from '../wire/state.ts';
import { beatFor } from '../wire/watch.ts';
import { openWorks } from '../wire/works.ts';
import { type Places, wireOptions } from './options.ts';
import { GRACE_MS, stopInOrder } from './stop.ts';

export async function worker(places: Places & { host: string[] }): Promise<void> {
  const options = wireOptions(places, { level: 'info', destination: 2 });
  const { log } = options;
  const folder = resolve(places.config);
  await loadConfig(folder, undefined, await knownHosts(options));
  const state = await openState(options);
  const config = await openConfig(folder, places.host, state).catch(async (error) => {
    await state.close();
    throw error;
  });
  const { links, hub, queues, workers } = await openWorks(options, state, config);
  config.watch(
    (changed) => log.info({ changed }, 'configuration reloaded'),
    (error) => log.error({ problems: error.facts.problems }, 'the configuration is bad; the old one stays'),
  );
  await workers.dedicate(places.host);
  const heart = beatFor(options, state, `worker/${randomBytes(6).toString('hex')}`, {
    hosts: places.host,
    keys: await ownKeys(options.state),
  });
  log.info({ hosts: places.host }, 'worker is up');
  process.stdout.write(`${messages().terminal.serving({ hosts: places.host })}\n`);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info({ active: workers.active }, 'stopping');
    await heart.stop();
    await stopInOrder(async () => {
      await workers.close(GRACE_MS);
      config.close();
      await queues.close();
      await links.close();
      hub.close();
      await state.close();
    }, log);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
}

/** The configuration, with all of these hosts; rejects with `config.unknown`, `host.pending` or `config.invalid`. */
async function openConfig(
  folder: string,
  names: readonly string[],
  { hosts: added }: Pick<Awaited<ReturnType<typeof openState>>, 'hosts'>,
): Promise<ConfigSource> {
  const source = await ConfigSource.open(folder, undefined, added);
  const { hosts, enrolled = {} } = source.current;
  for (const name of names) {
    if (Object.hasOwn(hosts, name)) continue;
    const waiting = Object.hasOwn(enrolled, name) ? enrolled[name] : undefined;
    if (waiting) throw pendingHost(name, waiting);
    throw new MusterError('config.unknown', { what: messages().names.looked.host, name, list: '/hosts' });
  }
  return source;
}
