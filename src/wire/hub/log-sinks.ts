/** Where the log hub passes messages on: a pump for each sink of the configuration, as it changes. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { elasticsearch } from '../../adapters/sinks/elasticsearch.ts';
import { file, output } from '../../adapters/sinks/file.ts';
import { loki } from '../../adapters/sinks/loki.ts';
import { otlp } from '../../adapters/sinks/otlp.ts';
import type { Sink } from '../../adapters/sinks/sink.ts';
import { syslog } from '../../adapters/sinks/syslog.ts';
import type { Alarms } from '../../alarm.ts';
import type { Config } from '../../config/config.ts';
import type { LogSink } from '../../config/logs.ts';
import { findSecret } from '../../config/secret-text.ts';
import { asMusterError } from '../../errors.ts';
import { hostAndPort } from '../../host-port.ts';
import type { LogStore } from '../../hubs/log/log.ts';
import { Pump } from '../../hubs/log/pump.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';

/** After how long one that could not be begun is tried again, ms. */
const AGAIN_MS = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface LogSinksParts {
  store: Pick<LogStore, 'tail' | 'query'>;
  alerts: Alarms;
  log: Log;
  /** Where it is kept how far each one is. */
  folder: string;
  environment: Environment;
  /** How long to wait until one that could not be begun is tried again, ms. */
  again?: number;
}

/** One sink, as it is configured, and how it does. */
interface Running {
  entry: string;
  pump?: Pump;
  refused: number;
  trouble?: string;
  /** Whether somebody was told how it does, since the hub started: what was told before may not hold any more. */
  told?: true;
  /** Tries it again, where it could not be begun. */
  again?: NodeJS.Timeout;
}

export class LogSinks {
  readonly #parts: LogSinksParts;
  readonly #sinks = new Map<string, Running>();
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: LogSinksParts) {
    this.#parts = parts;
  }

  /** All of them, by name. */
  get all(): ReadonlyMap<string, Running> {
    return this.#sinks;
  }

  /** Passes on to just these from now on. */
  set(config: Config): void {
    this.#then(async () => {
      for (const [name, { entry }] of this.#sinks)
        if (JSON.stringify(config.logSinks[name]) !== entry) await this.#end(name);
      for (const [name, settings] of Object.entries(config.logSinks)) {
        if (this.#sinks.has(name)) continue;
        const running: Running = { entry: JSON.stringify(settings), refused: 0 };
        this.#sinks.set(name, running);
        await this.#begin(name, running, { settings, config });
      }
    });
  }

  async close(): Promise<void> {
    await this.#changing;
    await Promise.all([...this.#sinks.keys()].map((name) => this.#end(name)));
  }

  #then(act: () => Promise<void>): void {
    const { log } = this.#parts;
    this.#changing = this.#changing
      .then(act)
      .catch((err) => log.error({ err }, 'sinks of logs could not be changed'));
  }

  async #begin(name: string, running: Running, from: From): Promise<void> {
    const { store, folder, log, environment, again = AGAIN_MS } = this.#parts;
    const onTrouble = (thrown?: unknown) => this.#trouble(name, running, thrown);
    let outlet: Sink | undefined;
    try {
      outlet = await openSink(name, from, environment);
      const pump = new Pump({
        ...{ name, store, outlet, folder, onTrouble, level: from.settings.level },
        onMissed: () =>
          log.error({ sink: name }, 'messages were let go to make room before a sink took them'),
        onRefused({ count, message }) {
          running.refused += count;
          log.error({ sink: name, count, message }, 'messages were refused by a sink and are passed over');
        },
      });
      await pump.start();
      running.pump = pump;
      if (running.trouble !== undefined) onTrouble();
    } catch (error) {
      onTrouble(error);
      await outlet?.close().catch(() => {});
      const retry = () =>
        this.#then(async () => {
          if (this.#sinks.get(name) === running) await this.#begin(name, running, from);
        });
      running.again = setTimeout(retry, again).unref();
    }
  }

  async #end(name: string): Promise<void> {
    const running = this.#sinks.get(name);
    this.#sinks.delete(name);
    clearTimeout(running?.again);
    await running?.pump?.close();
    if (running?.trouble !== undefined) await this.#parts.alerts.clear(keyOf(name)).catch(() => {});
  }

  #trouble(name: string, running: Running, thrown: unknown): void {
    const { alerts, log } = this.#parts;
    const text = thrown === undefined ? undefined : asMusterError(thrown).message;
    if (running.told && running.trouble === text) return;
    running.told = true;
    running.trouble = text;
    const key = keyOf(name);
    const told = (done: Promise<unknown>) =>
      void done.catch((err) => log.warn({ err }, 'an alert could not be told'));
    if (text === undefined) {
      told(alerts.clear(key));
      return;
    }
    log.warn({ sink: name, text }, 'a sink of logs takes nothing');
    const { sinkFails, sinkWorks, sinkHint: hint } = messages().logs;
    const [summary, over] = [sinkFails({ name }), sinkWorks({ name })];
    const about = { key, cause: key, subject: 'hub/logs', severity: 'warning' as const };
    told(alerts.raise({ ...about, summary, over, lines: [text], hint }));
  }
}

const keyOf = (name: string): string => `logs/sink/${name}`;

/** A sink's settings, and the configuration that they are of. */
interface From {
  settings: LogSink;
  config: Config;
}

/** A sink as the configuration has it; rejects with `config.secret`, or where its certificates cannot be read. */
async function openSink(name: string, { settings, config }: From, environment: Environment): Promise<Sink> {
  const { folder } = config;
  const path = `logSinks.${name}.token`;
  const asked = 'token' in settings ? settings.token : undefined;
  const token = asked && (await findSecret(asked, { path, folder, environment })).reveal();
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
