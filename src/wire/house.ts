/** A whole manager: the only place where all objects meet. Everything else gets what it needs as one argument. */
import { git } from '../adapters/git/git.ts';
import { localShell } from '../adapters/local/shell.ts';
import { missedText } from '../bot/answers/missed.ts';
import { owedKey } from '../bot/cards/owed.ts';
import { catalog } from '../bot/catalog.ts';
import { Chats } from '../bot/chats.ts';
import { catalogue } from '../bot/command.ts';
import { type DispatchParts, dispatch, type Outcome, proceed } from '../bot/dispatch.ts';
import { appOf } from '../bot/known.ts';
import { menusFor } from '../bot/menus.ts';
import type { Incoming, Platform } from '../bot/platform.ts';
import { lineCheck } from '../bot/understood.ts';
import { loadConfig } from '../config/load.ts';
import { checkSchedule } from '../config/schedules.ts';
import { ConfigSource } from '../config/watch.ts';
import { asMusterError } from '../errors.ts';
import { Life } from '../jobs/alerts/life.ts';
import { repositoryOf } from '../jobs/deploy/repository.ts';
import { KeySources } from '../jobs/keys/gather.ts';
import { Recovery } from '../jobs/recovery.ts';
import type { Request } from '../jobs/requests.ts';
import { type Due, Schedules } from '../jobs/schedule.ts';
import { Walker } from '../jobs/walker.ts';
import type { Links } from '../links.ts';
import type { LogDesk } from '../log-asking.ts';
import { messages } from '../messages/messages.ts';
import { openStacks } from './boot/stacks.ts';
import { openEnrolment, ownKeys } from './enrolment.ts';
import { knownHosts } from './known.ts';
import { powerLook } from './power.ts';
import { answers, openState, type WireOptions } from './state.ts';
import { openFollower } from './templates.ts';
import { openWatch } from './watch.ts';
import { openWorks } from './works.ts';

export interface House {
  config: ConfigSource;
  state: Awaited<ReturnType<typeof openState>>;
  links: Links;
  /** Asks the log hub; undefined where there is none. */
  logs(): LogDesk | undefined;
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

const SOON_MS = 2_000;

/** A manager: chat, planning, walking runs, and workers on demand. */
export async function openHouse(options: WireOptions): Promise<House> {
  const { log } = options;
  const known = catalogue(options.commands ?? catalog);
  const understood = lineCheck(known);
  // What is wrong with the files is said before anything is started; which hosts were added in a chat, only Redis knows.
  await loadConfig(options.config, understood, await knownHosts(options));
  const state = await openState(options);
  const config = await ConfigSource.open(options.config, understood, state.hosts).catch(async (error) => {
    await state.close();
    throw error;
  });
  const { redis, runs, audit, requests } = state;
  const works = await openWorks(options, state, config);
  const { links, hub, logs, queues, workers, walk, scenes, trees } = works;
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
      machines: state.machines,
      power: powerLook({ links, config: () => config.current, secret: works.secret, log }),
      get hosts() {
        return enrolment.desk;
      },
      proceed: async (request) => {
        // What cannot be planned any more has to be asked for again.
        const stop = async (reason: string) => {
          if (!(await runs.find(request.id))) await requests.stop(request.id, options.scrubber.text(reason));
        };
        const outcome = await proceed(request, parts).catch(async (thrown: unknown) => {
          const { message, hint } = asMusterError(thrown);
          await stop(`${message}\n${hint}`);
          throw thrown;
        });
        if (outcome.kind === 'refused' || outcome.kind === 'reply') await stop(outcome.text);
        if (outcome.kind === 'run') {
          await requests.settle(request.id);
          chats.show(outcome.run);
          const { id, plan } = outcome.run;
          return { text: messages().talk.started({ id, title: plan.title }) };
        }
        if (outcome.kind === 'ignored') return { text: messages().talk.noCommandAnyMore, refused: true };
        return { text: outcome.text, refused: outcome.kind !== 'reply' };
      },
      state: state.state,
      get logs() {
        return hub.configured ? logs : undefined;
      },
      files: scenes,
      keys: new KeySources({
        state: state.state,
        folder: options.state,
        environment: options.environment ?? {},
        scrubber: options.scrubber,
      }),
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
  const keys = await ownKeys(options.state);
  const enrolment = openEnrolment({ options, state, config, keys, chats: () => chats });
  const watch = openWatch(options, state, chats, () => config.current, keys);
  const { runLine } = parts.house;
  const follower = openFollower({ options, state, config, trees, runLine, chats });
  const stacks = openStacks({ options, state, config, desk: parts.house, chats });
  const due: Due = async (firing) => {
    const { id, name, schedule, run } = firing;
    if (firing.missed) await chats.tell('schedules', `missed:${id}`, missedText(firing));
    if (!run) return;
    const outcome = await chats.scheduled(id, schedule.line, schedule.as);
    if (outcome.kind === 'refused')
      log.warn({ schedule: name, reason: outcome.text }, 'a scheduled line was refused');
  };
  const recovery = new Recovery({ runs, requests, queues, log, carryOut: parts.house.proceed });
  /** Shows a request until it is shown as it stands: another manager may have changed it, and shown that, meanwhile. */
  const showRequest = async (request: Request): Promise<void> => {
    const shown = await chats.showRequest(request);
    const stands = await requests.find(request.id);
    if (stands && JSON.stringify(stands) !== JSON.stringify(request)) return showRequest(stands);
    if (shown && !['open', 'granted'].includes(request.decision)) await requests.settle(request.id);
  };
  requests.onChange = (request) =>
    void showRequest(request).catch((err) =>
      log.warn({ err, request: request.id }, 'a request could not be shown'),
    );
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
    logs: () => parts.house.logs,
    handle: (incoming, slash, notice) => chats.handle(incoming, slash, notice),
    active: () => workers.active,
    listen: (platform, slash) => chats.listen(platform, slash),
    async start() {
      await schedules.sync(config.current.schedules);
      schedules.start(due);
      config.watch(
        (changed) => {
          log.info({ changed }, 'configuration reloaded');
          void reloaded(messages().answers.audit.loaded({ changed }));
        },
        (error) => {
          log.error({ problems: error.facts.problems }, 'the configuration is bad; the old one stays');
          void reloaded(messages().answers.audit.notLoaded({ problem: error.message }));
        },
      );
      await recovery.start();
      await enrolment.start();
      watch.start();
      follower.start();
      stacks.start();
    },
    async close(graceMs) {
      recovery.stop();
      await stacks.close();
      await follower.close();
      await watch.close();
      await enrolment.close();
      await chats.stopListening();
      config.close();
      await schedules.close();
      await Promise.all([workers.close(graceMs), walker.close()]);
      await chats.close();
      await queues.close();
      await links.close();
      hub.close();
      await state.close();
    },
  };
}
