/** A manager, the boot server with its real desk and HTTP, images, and simulated machines that boot from it: all over one Redis. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '../src/bot/catalog.ts';
import type { RunEvent } from '../src/events.ts';
import { blobFolder } from '../src/hubs/boot/blob-file.ts';
import { openBootServer } from '../src/hubs/boot/server.ts';
import { stepNamed } from '../src/jobs/catalog.ts';
import { bootables } from '../src/jobs/image/versions.ts';
import { Desk } from '../src/jobs/machine/desk.ts';
import { createLog } from '../src/log.ts';
import { Scrubber } from '../src/secret.ts';
import { type BootLibrary, openBootLibrary } from './boot-library.ts';
import { Fleet } from './fleet.ts';
import { startHouse, type TestHouse } from './house.ts';

/** Two blocks of nothing: the end of an archive. */
const NOTHING = Buffer.alloc(1_024);

export interface BootCloud extends BootLibrary {
  house: TestHouse;
  fleet: Fleet;
  names: string[];
  /** Switches all machines on. */
  switchOn(): Promise<void>;
  /** Types a line that becomes a run; gives its id. */
  run(line: string): Promise<string>;
  /** All events of a run, once it has ended. */
  ended(run: string): Promise<{ events: RunEvent[]; end: Extract<RunEvent, { type: 'ended' }> }>;
  close(): Promise<void>;
}

/**
 * Opens it with so many machines `node-1`, `node-2` and so on; the last one is labelled canary. What is given goes into their
 * profile, and with `hosts`, `apps` and `as` into the configuration: an app that is the stack of machines needs these.
 */
export async function openBootCloud(
  count: number,
  profile: object = {},
  { hosts = {}, apps = {}, as }: { hosts?: object; apps?: object; as?: string } = {},
): Promise<BootCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-fleet-'));
  const machines = Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    mac: `52:54:00:00:00:${(index + 1).toString(16).padStart(2, '0')}`,
  }));
  const config = {
    people: { reem: { identities: { test: '7' }, roles: ['admin'] } },
    roles: { admin: { allow: [{ commands: ['*'] }] } },
    hosts: { local: { link: 'local', root: folder, tools: { power: { pause: '50ms' } } }, ...hosts },
    apps,
    boot: { host: 'local', ...(as !== undefined && { as }) },
    images: { live: {} },
    profiles: { worker: { image: 'live', ...profile } },
    machines: Object.fromEntries(
      machines.map(({ name, mac }, index) => [
        name,
        {
          ...{ mac: [mac], profile: 'worker', power: Fleet.power(folder, name) },
          labels: index === count - 1 ? ['canary'] : [],
        },
      ]),
    ),
  };
  const house = await startHouse(JSON.stringify(config), {}, [], [], { step: stepNamed, commands: catalog });
  await house.house.start();
  const { state } = house.house.state;
  const log = createLog({ level: process.env.LOG_LEVEL ?? 'silent', scrubber: new Scrubber() });
  const desk = new Desk({
    state,
    config: () => house.house.config.current,
    records: () => house.house.state.machines.all(),
    images: { ...bootables(state), architecture: async () => 'amd64' },
    given: { files: async () => NOTHING, cloudInit: async () => undefined },
    alerts: house.house.state.alerts,
    log,
  });
  await desk.start();
  const parts = { desk, base: 'http://127.0.0.1', log, blobs: blobFolder(folder), downloads: () => 64 };
  const server = await openBootServer(
    { ...parts, loader: async () => undefined },
    { host: '127.0.0.1', port: 0 },
  );
  const fleet = new Fleet({ folder, port: server.port, machines, desk });
  const images = await openBootLibrary(folder, state);
  return {
    house,
    fleet,
    names: machines.map(({ name }) => name),
    ...images,
    async switchOn() {
      for (const { name } of machines) await mkdir(join(folder, `${name}.on`));
    },
    async run(line) {
      const outcome = await house.say(line);
      if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
      return outcome.run.id;
    },
    async ended(run) {
      const events: RunEvent[] = [];
      for await (const event of house.house.state.runs.events.follow(run)) {
        events.push(event);
        if (event.type === 'ended') return { events, end: event };
      }
      throw new Error('It never ended.');
    },
    async close() {
      await fleet.close();
      await server.close();
      await desk.close();
      await house.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
