/** `muster start`: the manager with its console, until it is told to stop. */
import { join } from 'node:path';
import { catalog } from '../bot/catalog.ts';
import { asIncoming, tell } from '../bot/console/say.ts';
import { answers, listen } from '../bot/console/socket.ts';
import { Terminal } from '../bot/console/terminal.ts';
import { MusterError } from '../errors.ts';
import { isThere } from '../jobs/machine/beat.ts';
import { messages } from '../messages/messages.ts';
import { openHouse } from '../wire/house.ts';
import { keepApi } from './api.ts';
import { keepBoot } from './boot-child.ts';
import { keepHub } from './hub-child.ts';
import { type Places, sayingSocket, userName, wireOptions } from './options.ts';
import { openPlatforms } from './platforms.ts';
import { GRACE_MS, stopInOrder } from './stop.ts';

export async function start(places: Places & { log?: string }): Promise<void> {
  const seated = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const destination = places.log ?? (seated ? join(places.state, 'muster.log') : 2);
  const options = wireOptions(places, { level: 'info', destination });
  const { log } = options;
  const socket = sayingSocket(options.state);
  if (await answers(socket)) throw new MusterError('state.taken', { folder: options.state });
  const house = await openHouse(options);
  const door = await listen(
    socket,
    async (request, emit, signal) => {
      const notice = (text: string) => emit({ type: 'reply', text });
      await tell(
        await house.handle(asIncoming(request), 'optional', notice),
        house.state.runs,
        emit,
        signal,
        house.state.requests,
      );
    },
    (err) => log.warn({ err }, 'a say request failed'),
  ).catch(async (error) => {
    await house.close(0);
    throw error;
  });
  const terminal = new Terminal({
    input: process.stdin,
    output: process.stdout,
    user: userName(),
    onInterrupt: () => void stop('SIGINT'),
  });
  const tellHere = (text: string) => void terminal.post(terminal.home, [text]);
  let hub: ReturnType<typeof keepHub> | undefined;
  let boot: ReturnType<typeof keepBoot> | undefined;
  let api: Awaited<ReturnType<typeof keepApi>> | undefined;
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) {
      tellHere(messages().terminal.stoppingNow);
      process.exit(130);
    }
    stopping = true;
    const active = house.active();
    log.info({ signal, active }, 'stopping');
    if (active > 0) tellHere(messages().terminal.stopping({ active, seconds: GRACE_MS / 1_000 }));
    await stopInOrder(async () => {
      await door.close();
      await api?.close();
      await boot?.close();
      await hub?.close();
      await house.close(GRACE_MS);
    }, log);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  await house.start();
  hub = keepHub({
    config: () => house.config.current,
    argv: serviceArguments('hub', places, destination),
    alerts: house.state.alerts,
    log,
  });
  boot = keepBoot({
    config: () => house.config.current,
    argv: serviceArguments('boot', places, destination),
    isThere: () => isThere(house.state.state, Date.now()),
    alerts: house.state.alerts,
    log,
  });
  const { state } = house;
  const { scrubber } = options;
  api = await keepApi({
    config: () => house.config.current,
    ...{ runs: state.runs, state: state.state, audit: state.audit, alerts: state.alerts },
    ...{ logs: house.logs, environment: process.env, scrubber, log },
  });
  const { hosts, apps } = house.config.current;
  const [machines, services] = [Object.keys(hosts).length, Object.keys(apps).length];
  process.stdout.write(`${messages().terminal.up({ hosts: machines, apps: services })}\n`);
  log.info({ hosts: machines, apps: services }, 'muster is up');
  for (const platform of await openPlatforms(house.config.current, {
    environment: process.env,
    scrubber,
    log,
    commands: catalog.flatMap(({ name, aliases }) => [name, ...aliases]),
  }))
    await house.listen(platform, 'required');
  await house.listen(terminal, 'optional');
}

/** How this very program is started as one of its services. */
function serviceArguments(service: string, { config, state }: Places, log: string | number): string[] {
  const own = [process.execPath, ...process.execArgv, process.argv[1] as string];
  const places = ['--config', config, '--state', state];
  return [...own, service, ...places, ...(typeof log === 'string' ? ['--log', log] : [])];
}
