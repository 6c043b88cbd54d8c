/** The log hub: its store, what containers and managers ask of it, what it takes by itself, and where it passes it on. */
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { hostsOf } from '../../config/hosts.ts';
import type { Jumped } from '../../hubs/log/aging.ts';
import { Inlet } from '../../hubs/log/inlet.ts';
import { FRESH } from '../../hubs/log/log.ts';
import { Positions } from '../../hubs/log/positions.ts';
import { openLogStore } from '../../hubs/log/store.ts';
import { Collector, type Taking } from '../../jobs/logs/collector.ts';
import { RunLogs } from '../../jobs/logs/run-logs.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration, humanTime } from '../../units.ts';
import { logRoutes } from './log-routes.ts';
import { LogSinks } from './log-sinks.ts';
import type { HubPart, HubWire } from './part.ts';

/** Agents let in one at a time: what is done there has to come in between. Managers try twice a second. */
const TURNS = { take: 3_000, leave: 2_000 };
/** How often it is looked whether the configuration is another one, ms. */
const LOOK_MS = 1_000;

export async function openLogHub(wire: HubWire): Promise<HubPart> {
  const { options, state, links } = wire;
  const { log } = options;
  const config = () => wire.config.current;
  const { size, age, rate } = config().logs;
  const tell = (told: Promise<void>): void =>
    void told.catch((err: unknown) => log.warn({ err }, 'an alert could not be told'));
  const onFull = (full: boolean) => {
    const { full: summary, roomAgain: over, fullHint: hint } = messages().logs;
    const [key, severity] = ['logs/full', 'critical'] as const;
    const alert = { key, severity, cause: key, subject: 'hub/logs', summary, over, lines: [], hint };
    tell(full ? state.alerts.raise(alert) : state.alerts.clear(key));
  };
  const onJump = (jumped: Jumped | undefined) => {
    const { logs } = messages();
    const [key, severity] = ['logs/clock', 'warning'] as const;
    if (!jumped) return tell(state.alerts.clear(key));
    const [by, until] = [humanDuration(jumped.by), humanTime(new Date(jumped.until).toISOString())];
    const words = { summary: logs.jumped({ by }), over: logs.jumpedOver, hint: logs.jumpedHint({ until }) };
    tell(state.alerts.raise({ key, severity, cause: key, subject: 'hub/logs', lines: [], ...words }));
  };
  const limits = { ...FRESH, size, age, rate };
  const store = await openLogStore(join(wire.folder, 'logs'), limits, { log, onFull, onJump });
  const positions = await Positions.open(join(wire.folder, 'logs-taken'));
  const inlet = new Inlet({ store, positions, onWait: (err) => log.warn({ err }, 'lines wait for room') });
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
  const sinks = new LogSinks({
    ...{ store, log, alerts: state.alerts, folder: join(wire.folder, 'sinks') },
    environment: options.environment ?? {},
  });
  let last: Config | undefined;
  const look = () => {
    const now = config();
    if (now === last) return;
    last = now;
    collector.set(takings(now));
    runs.set(now.logs.runs);
    sinks.set(now);
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    routes: logRoutes({ store, sinks: sinks.all, troubles }),
    async close() {
      clearInterval(timer);
      await Promise.all([collector.close(), runs.close(), sinks.close()]);
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
