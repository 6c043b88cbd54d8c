/** The log hub: its store, what containers and managers ask of it, what it takes by itself, and where it passes it on. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { elasticsearch } from '../adapters/sinks/elasticsearch.ts';
import { file, output } from '../adapters/sinks/file.ts';
import { loki } from '../adapters/sinks/loki.ts';
import { otlp } from '../adapters/sinks/otlp.ts';
import type { Sink } from '../adapters/sinks/sink.ts';
import { syslog } from '../adapters/sinks/syslog.ts';
import type { Config } from '../config/config.ts';
import { hostsOf } from '../config/hosts.ts';
import type { LogSink } from '../config/logs.ts';
import { findSecret } from '../config/secret-text.ts';
import { asMusterError } from '../errors.ts';
import { hostAndPort } from '../host-port.ts';
import { Inlet } from '../hubs/log/inlet.ts';
import { FRESH } from '../hubs/log/log.ts';
import { Positions } from '../hubs/log/positions.ts';
import { Pump } from '../hubs/log/pump.ts';
import { openLogStore } from '../hubs/log/store.ts';
import { Collector, type Taking } from '../jobs/logs/collector.ts';
import { RunLogs } from '../jobs/logs/run-logs.ts';
import { messages } from '../messages/messages.ts';
import type { HubPart, HubWire } from './hub-part.ts';
import { logRoutes } from './log-routes.ts';

/** Agents let in one at a time: what is done there has to come in between. Managers try twice a second. */
const TURNS = { take: 3_000, leave: 2_000 };
/** How often it is looked whether the configuration is another one, ms. */
const LOOK_MS = 1_000;

interface Running {
  entry: string;
  pump?: Pump;
  refused: number;
  trouble?: string;
}

export async function openLogHub(wire: HubWire): Promise<HubPart> {
  const { options, state, links } = wire;
  const { log } = options;
  const config = () => wire.config.current;
  const { size, age, rate } = config().logs;
  const store = await openLogStore(join(wire.folder, 'logs'), { ...FRESH, size, age, rate }, { log });
  const positions = await Positions.open(join(wire.folder, 'logs-taken'));
  const inlet = new Inlet({ store, positions, onWait: (err) => log.warn({ err }, 'lines wait for room') });
  const told = (done: Promise<void>) =>
    void done.catch((err) => log.warn({ err }, 'an alert could not be told'));
  const troubles = new Map<string, { host: string; what: string; text: string }>();
  const collector = new Collector({
    inlet,
    log,
    reach: (host) => links.reach(host),
    letGo: async (host) => links.agents(host).host?.link.renew(),
    onTrouble(host, what, text) {
      const name = `${host} ${what}`;
      const known = troubles.get(name)?.text;
      if (known === text) return;
      if (text === undefined) troubles.delete(name);
      else {
        troubles.set(name, { host, what, text });
        log.warn({ host, what, text }, 'not all of what a host prints can be taken');
      }
    },
  });
  const runs = new RunLogs({ runs: state.runs, inlet, log });
  const sinks = new Map<string, Running>();
  const part = { store, sinks, troubles };
  const begin = async (name: string, settings: LogSink, entry: string) => {
    const running: Running = { entry, refused: 0 };
    sinks.set(name, running);
    const key = `logs/sink/${name}`;
    const trouble = (thrown?: unknown) => {
      const text = thrown === undefined ? undefined : asMusterError(thrown).message;
      if (running.trouble === text) return;
      running.trouble = text;
      if (text === undefined) return told(state.alerts.clear(key));
      log.warn({ sink: name, text }, 'a sink of logs takes nothing');
      const { sinkFails, sinkWorks, sinkHint } = messages().logs;
      told(
        state.alerts.raise({
          key,
          severity: 'warning',
          cause: key,
          subject: `hub/logs`,
          summary: sinkFails({ name }),
          over: sinkWorks({ name }),
          lines: [text],
          hint: sinkHint,
        }),
      );
    };
    try {
      const outlet: Sink = await openSink(settings, {
        config: config(),
        environment: options.environment ?? {},
        name,
      });
      if (sinks.get(name) !== running) return outlet.close();
      running.pump = new Pump({
        name,
        store,
        outlet,
        folder: join(wire.folder, 'sinks'),
        level: settings.level,
        onTrouble: trouble,
        onRefused({ count, message }) {
          running.refused += count;
          log.error({ sink: name, count, message }, 'messages were refused by a sink and are passed over');
        },
      });
      await running.pump.start();
    } catch (error) {
      trouble(error);
    }
  };
  const end = async (name: string) => {
    const running = sinks.get(name);
    sinks.delete(name);
    await running?.pump?.close();
    if (running?.trouble !== undefined) await state.alerts.clear(`logs/sink/${name}`).catch(() => {});
  };
  let changing: Promise<void> = Promise.resolve();
  let last: Config | undefined;
  const look = () => {
    const now = config();
    if (now === last) return;
    last = now;
    collector.set(takings(now));
    runs.set(now.logs.runs);
    changing = changing.then(async () => {
      for (const [name, { entry }] of sinks)
        if (JSON.stringify(now.logSinks[name]) !== entry) await end(name);
      for (const [name, settings] of Object.entries(now.logSinks))
        if (!sinks.has(name)) await begin(name, settings, JSON.stringify(settings));
    });
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    routes: logRoutes(part),
    async close() {
      clearInterval(timer);
      await changing;
      await Promise.all([collector.close(), runs.close(), ...[...sinks.keys()].map(end)]);
      await positions.close();
      await store.close();
    },
  };
}

/** What is taken on each host. */
function takings(config: Config): Map<string, Taking> {
  const { hosts, logs, logSources } = config;
  const wanted = new Map<string, Taking>();
  for (const [host, { link }] of Object.entries(hosts)) {
    const sources = Object.entries(logSources).filter(([, source]) =>
      hostsOf(config, source.hosts).includes(host),
    );
    const files = sources
      .filter(([, { paths }]) => paths.length > 0)
      .map(([name, { paths, app }]) => ({ name, paths, ...(app !== undefined && { app }) }));
    const journal = sources.some(([, source]) => source.journal);
    if (logs.containers || files.length > 0 || journal)
      wanted.set(host, {
        containers: logs.containers,
        journal,
        files,
        ...(link === 'icp' && { turns: TURNS }),
      });
  }
  return wanted;
}

/** A sink as the configuration has it; rejects with `config.secret`, or where its certificates cannot be read. */
async function openSink(
  settings: LogSink,
  from: { config: Config; environment: Readonly<Record<string, string | undefined>>; name: string },
): Promise<Sink> {
  const { folder } = from.config;
  const path = `logSinks.${from.name}.token`;
  const asked = 'token' in settings ? settings.token : undefined;
  const token = asked && (await findSecret(asked, { path, folder, environment: from.environment })).reveal();
  const ca =
    'ca' in settings && settings.ca !== undefined
      ? await readFile(resolve(folder, settings.ca), 'utf8')
      : undefined;
  switch (settings.to) {
    case 'stdout':
      return output(process.stdout);
    case 'file':
      return file(settings);
    case 'loki':
      return loki({ ...settings, token, ca });
    case 'otlp':
      return otlp({ ...settings, token, ca });
    case 'elasticsearch':
      return elasticsearch({ ...settings, token, ca });
    case 'syslog': {
      const { host, port } = hostAndPort(settings.address) as { host: string; port: number };
      return syslog({ host, port, tls: settings.tls, ca });
    }
  }
}
