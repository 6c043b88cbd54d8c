/** The only place where objects meet: everything else gets what it needs as one argument. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { git } from './adapters/git/git.ts';
import { launchDaemon } from './adapters/local/daemon.ts';
import { localShell } from './adapters/local/shell.ts';
import { connectRedis, type Redis } from './adapters/redis/connection.ts';
import { embedRedis } from './adapters/redis/embedded.ts';
import { Board } from './bot/alerts/board.ts';
import { Consoles } from './bot/alerts/consoles.ts';
import { AlertDesk } from './bot/alerts/desk.ts';
import { missedText } from './bot/answers/missed.ts';
import { owedKey } from './bot/cards/owed.ts';
import { catalog } from './bot/catalog.ts';
import { Chats } from './bot/chats.ts';
import { type Command, catalogue } from './bot/command.ts';
import { type DispatchParts, dispatch, type Outcome, proceed } from './bot/dispatch.ts';
import { appOf } from './bot/known.ts';
import { menusFor } from './bot/menus.ts';
import type { Incoming, Platform } from './bot/platform.ts';
import { lineCheck } from './bot/understood.ts';
import type { Config } from './config/config.ts';
import { checkSchedule } from './config/schedules.ts';
import { ConfigSource } from './config/watch.ts';
import { MusterError } from './errors.ts';
import { Alerts } from './jobs/alerts/alerts.ts';
import { Life } from './jobs/alerts/life.ts';
import { beating, Seen } from './jobs/alerts/seen.ts';
import { DeadMansSwitch, PATIENCE, type Patience } from './jobs/alerts/switch.ts';
import { Audit } from './jobs/audit.ts';
import { CancelWatch } from './jobs/cancel-watch.ts';
import { stepNamed } from './jobs/catalog.ts';
import { repositoryOf } from './jobs/deploy/repository.ts';
import { Events } from './jobs/event-stream.ts';
import { Lease } from './jobs/lease.ts';
import { Ledger } from './jobs/ledger.ts';
import { Performer } from './jobs/perform.ts';
import { Progress } from './jobs/progress.ts';
import { Queues } from './jobs/queue.ts';
import { Recovery } from './jobs/recovery.ts';
import { Requests } from './jobs/requests.ts';
import { Runs } from './jobs/runs.ts';
import { type Due, Schedules } from './jobs/schedule.ts';
import { RedisState } from './jobs/state.ts';
import type { AnyStep } from './jobs/step.ts';
import type { StepJob } from './jobs/step-job.ts';
import { Walk } from './jobs/walk.ts';
import { Walker } from './jobs/walker.ts';
import { Workers } from './jobs/worker.ts';
import { Links } from './links.ts';
import type { Log } from './log.ts';
import { messages } from './messages/messages.ts';
import type { Scrubber } from './secret.ts';

export interface WireOptions {
  /** The configuration's folder. */
  config: string;
  /** Where Muster keeps its state. */
  state: string;
  /** `REDIS_URL`; without it Muster runs a server of its own in the state folder. */
  redisUrl?: string;
  log: Log;
  scrubber: Scrubber;
  /** The commands and steps there are; all of Muster's by default. */
  commands?: readonly Command[];
  step?: (name: string) => AnyStep;
  /** How long others may be silent, and how long all must be well before that is said, ms; as the switch and the board have it by default. */
  watch?: Partial<Patience> & { calm?: number };
}

/** The state of all runs, over one Redis: what every process needs, whatever its part. */
export async function openState(options: WireOptions) {
  const { log, scrubber } = options;
  await mkdir(options.state, { recursive: true, mode: 0o700 });
  const embedded = options.redisUrl
    ? undefined
    : await embedRedis({
        folder: options.state,
        launch: launchDaemon,
        onRestart: () => log.warn('the embedded redis is gone; starting it again'),
      });
  const address = options.redisUrl ?? (embedded?.address as string);
  const connect = () => connectRedis(address, (err) => log.debug({ err }, 'redis connection'));
  const redis = connect();
  await reach(redis);
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber });
  const events = new Events(redis, connect);
  const runs = new Runs({ redis, ledger, audit, events });
  return {
    redis,
    audit,
    runs,
    progress: new Progress({ redis, ledger, events }),
    requests: new Requests({ redis, ledger, audit }),
    alerts: new Alerts({ redis, scrubber }),
    seen: new Seen(redis),
    state: new RedisState(redis),
    async close() {
      await events.close();
      redis.disconnect();
      await embedded?.close();
    },
  };
}

const REACH_MS = 10_000;
const SOON_MS = 2_000;

/** Waits for Redis to answer; rejects with `state.unreachable` where it does not for ten seconds. */
async function reach(redis: Redis): Promise<void> {
  let last = 'no answer';
  redis.on('error', (error) => {
    last = error.message;
  });
  if (await answers(redis, REACH_MS)) return;
  redis.disconnect();
  throw new MusterError('state.unreachable', { message: last });
}

/** Whether Redis answers within so many milliseconds. */
const answers = async (redis: Redis, withinMs: number): Promise<boolean> =>
  (await Promise.race([redis.ping(), sleep(withinMs, 'late', { ref: false })])) !== 'late';

/** The part that does the work on hosts: walks runs and serves lanes. */
export async function openWorks(
  options: WireOptions,
  state: Awaited<ReturnType<typeof openState>>,
  config: () => Config,
) {
  const { redis, runs } = state;
  const { log, scrubber } = options;
  const step = options.step ?? stepNamed;
  const links = new Links(config);
  const queues = new Queues(redis, step);
  const cancels = new CancelWatch(runs);
  const performer = new Performer({
    runs,
    state: state.state,
    step,
    reach: (host) => links.reach(host),
    scrubber,
    log,
  });
  const attach = (jobs: StepJob[]) =>
    workers.attach(jobs.map((job) => ({ host: job.host, lane: step(job.step).lane })));
  const walk = new Walk({ runs, progress: state.progress, queues, step, attach });
  const workers = new Workers({
    redis,
    queues,
    walk,
    performer,
    cancels,
    log,
    instance: randomBytes(6).toString('hex'),
  });
  // A run whose turn comes is begun by a manager; managers begin theirs themselves.
  runs.onReady = (run) => queues.wake(run.id, 'look');
  return { links, queues, workers, walk };
}

/** Gives signs of life for a process until it leaves. */
export const beatFor = (
  { log, watch }: WireOptions,
  { seen }: Pick<Awaited<ReturnType<typeof openState>>, 'seen'>,
  name: string,
  facts: { hosts?: string[] } = {},
) =>
  beating({
    seen,
    name,
    facts: { ...facts, where: `${hostname()}, process ${process.pid}` },
    every: watch?.every ?? PATIENCE.every,
    log,
  });

/** What a manager does about alerts: tells them, and watches over others. */
function openWatch(
  options: WireOptions,
  state: Awaited<ReturnType<typeof openState>>,
  chats: Chats,
  config: () => Config,
) {
  const { log, watch } = options;
  const { alerts, seen, redis } = state;
  const self = `manager/${randomBytes(6).toString('hex')}`;
  const calm = watch?.calm;
  const desk = new AlertDesk({
    alerts,
    board: new Board({ alerts, config, mailbox: (platform) => chats.mailbox(platform), calm }),
    consoles: new Consoles({ alerts, homes: () => chats.homes(), log, calm }),
    deadMan: new DeadMansSwitch({
      alerts,
      seen,
      self,
      platforms: () => chats.watched(),
      hosts: () => new Set(Object.keys(config().hosts)),
      log,
      patience: watch,
    }),
    lease: new Lease({ redis, name: 'alerts', log }),
    log,
  });
  let heart: ReturnType<typeof beatFor> | undefined;
  return {
    start() {
      heart = beatFor(options, state, self);
      desk.start();
    },
    async close() {
      await heart?.stop();
      await desk.close();
    },
  };
}

export interface House {
  config: ConfigSource;
  state: Awaited<ReturnType<typeof openState>>;
  links: Links;
  /** Handles a line and shows its run on the platform it came from; `notice` says that the answer takes its time. */
  handle(
    incoming: Incoming,
    slash: 'required' | 'optional',
    notice?: (text: string) => Promise<void>,
  ): Promise<Outcome>;
  /** How many steps run in this process. */
  active(): number;
  /** Adds a chat platform and begins to listen to it. */
  listen(platform: Platform, slash: 'required' | 'optional'): Promise<void>;
  /** Takes up open runs and schedules. */
  start(): Promise<void>;
  /** Lets running steps end within `graceMs`; what is cut off goes on at the next start. */
  close(graceMs: number): Promise<void>;
}

/** A manager: chat, planning, walking runs, and workers on demand. */
export async function openHouse(options: WireOptions): Promise<House> {
  const { log } = options;
  const known = catalogue(options.commands ?? catalog);
  const understood = lineCheck(known);
  const config = await ConfigSource.open(options.config, understood);
  const state = await openState(options);
  const { redis, runs, audit, requests } = state;
  const { links, queues, workers, walk } = await openWorks(options, state, () => config.current);
  const walker = new Walker({ redis, walk, log });
  const schedules = new Schedules({ redis, state: state.state, log });
  const here = git.open({ shell: localShell({ host: 'muster' }), options: {} });
  runs.onCancel = (run) => walk.withdraw(run);
  runs.onReady = (run) => walk.begin(run);
  const parts: DispatchParts = {
    config: () => config.current,
    catalogue: known,
    log,
    scrubber: options.scrubber,
    owed: (run) => chats.owes(run).map(owedKey),
    house: {
      runs,
      audit,
      schedules,
      requests,
      alerts: state.alerts,
      proceed: async (request) => {
        const outcome = await proceed(request, parts).catch(async (thrown: unknown) => {
          // What cannot be planned any more has to be asked for again.
          await requests.settle(request.id);
          throw thrown;
        });
        if (outcome.kind !== 'asked') await requests.settle(request.id);
        if (outcome.kind === 'run') {
          chats.show(outcome.run);
          const { id, plan } = outcome.run;
          return { text: messages().talk.started({ id, title: plan.title }) };
        }
        if (outcome.kind === 'ignored') return { text: messages().talk.noCommandAnyMore, refused: true };
        return { text: outcome.text, refused: outcome.kind !== 'reply' };
      },
      state: state.state,
      check: { schedule: (schedule) => checkSchedule(schedule) ?? understood(schedule.line) },
      resolve: (app, ref) =>
        here.resolve({
          app,
          ...repositoryOf(appOf(config.current, app), config.current.folder),
          ref,
        }),
      async runLine(id, line, person) {
        const outcome = await chats.scheduled(id, line, person);
        if (outcome.kind === 'run') {
          const { id, plan } = outcome.run;
          return { text: messages().talk.started({ id, title: plan.title }) };
        }
        if (outcome.kind === 'ignored') return { text: messages().talk.isNoCommand({ line }), refused: true };
        return { text: outcome.text, refused: outcome.kind === 'refused' };
      },
      async reload() {
        const { changed } = await config.reload();
        await schedules.sync(config.current.schedules);
        chats.suggest();
        const { talk } = messages();
        return changed.length === 0 ? talk.unchanged : talk.loaded({ changed });
      },
    },
  };
  const chats: Chats = new Chats({
    redis,
    runs,
    log,
    dispatch: (incoming, slash, onBegin) => dispatch(incoming, parts, slash, onBegin),
    reachable: () => answers(redis, SOON_MS),
    channels: () => config.current.channels,
    menus: (platform) => menusFor(config.current, known.commands, platform),
    life: new Life({ seen: state.seen, log }),
  });
  const watch = openWatch(options, state, chats, () => config.current);
  const due: Due = async (firing) => {
    const { id, name, schedule, run } = firing;
    if (firing.missed) await chats.tell('schedules', `missed:${id}`, missedText(firing));
    if (!run) return;
    const outcome = await chats.scheduled(id, schedule.line, schedule.as);
    if (outcome.kind === 'refused')
      log.warn({ schedule: name, reason: outcome.text }, 'a scheduled line was refused');
  };
  const recovery = new Recovery({ runs, requests, queues, log, carryOut: parts.house.proceed });
  requests.onChange = (request) => void chats.showRequest(request);
  /** What nobody typed is on record, too. */
  const reloaded = async (summary: string) => {
    try {
      await audit.append({ kind: 'reload', by: { person: 'muster', platform: 'file', chat: '' }, summary });
      await schedules.sync(config.current.schedules);
      chats.suggest();
    } catch (err) {
      log.error({ err }, 'a reload could not be taken over');
    }
  };
  return {
    config,
    state,
    links,
    handle: (incoming, slash, notice) => chats.handle(incoming, slash, notice),
    active: () => workers.active,
    listen: (platform, slash) => chats.listen(platform, slash),
    async start() {
      await schedules.sync(config.current.schedules);
      schedules.start(due);
      config.watch(
        (changed) => {
          log.info({ changed }, 'configuration reloaded');
          void reloaded(`loaded: ${changed.join('; ')}`);
        },
        (error) => {
          log.error({ problems: error.facts.problems }, 'the configuration is bad; the old one stays');
          void reloaded(`refused: ${error.message}`);
        },
      );
      await recovery.start();
      watch.start();
    },
    async close(graceMs) {
      recovery.stop();
      await watch.close();
      await chats.stopListening();
      config.close();
      await schedules.close();
      await Promise.all([workers.close(graceMs), walker.close()]);
      await chats.close();
      await queues.close();
      await links.close();
      await state.close();
    },
  };
}

/** The state folder's socket where `muster say` finds a running Muster. */
export const sayingSocket = (state: string): string => join(state, 'muster.sock');
