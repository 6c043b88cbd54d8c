/** A service that runs as a process of its own, until it is told to stop or whoever watches over it is gone. */
import { asMusterError } from '../errors.ts';
import type { WireOptions } from '../wire/state.ts';
import { stopInOrder } from './stop.ts';

export interface Service {
  /** What it says once it is up. */
  line: string;
  /** For the log. */
  facts: object;
  close(): Promise<void>;
}

/** Opens it, and resolves once it is up; rejects with what is wrong, which whoever watches over it is told, too. */
export async function runService(
  { log }: WireOptions,
  name: string,
  open: () => Promise<Service>,
): Promise<void> {
  const opened = await open().catch(async (thrown: unknown) => {
    const error = asMusterError(thrown);
    log.error({ err: thrown, service: name }, 'a service could not be opened');
    await tell({ error: error.toJSON() });
    throw error;
  });
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
  log.info({ ...opened.facts, service: name }, 'a service is up');
  process.stdout.write(`${opened.line}\n`);
  await tell({ up: true });
}

/** Tells whoever watches over it; nobody where it was started by hand. */
function tell(news: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(news, () => resolve());
    else resolve();
  });
}
