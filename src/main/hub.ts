/** `muster hub`: what containers report to, until it is told to stop. */
import { asMusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { openHub } from '../wire/hub/hub.ts';
import { type Places, wireOptions } from './options.ts';
import { stopInOrder } from './stop.ts';

export async function hub(places: Places & { log?: string }): Promise<void> {
  const options = wireOptions(places, { level: 'info', destination: places.log ?? 2 });
  const { log } = options;
  const opened = await openHub(options).catch(async (thrown: unknown) => {
    const error = asMusterError(thrown);
    log.error({ err: thrown }, 'the hub could not be opened');
    await tell({ error: error.toJSON() });
    throw error;
  });
  const { port, settings } = opened;
  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info({ why }, 'stopping');
    await stopInOrder(() => opened.close(), log);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // A manager that watches over it is gone, however that ended.
  process.on('disconnect', () => {
    if (!stopping) void stop('disconnect');
  });
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  // It may have gone while this one was opened: nobody would ever end it.
  if (process.connected === false) return stop('disconnect');
  log.info({ port, address: settings.address }, 'the hub is up');
  process.stdout.write(
    `${messages().terminal.hub({ listen: settings.listen, address: `${settings.address}` })}\n`,
  );
  await tell({ up: true });
}

/** Tells whoever watches over it; nobody where it was started by hand. */
function tell(news: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(news, () => resolve());
    else resolve();
  });
}
