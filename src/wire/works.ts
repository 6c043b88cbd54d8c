/** The part that does the work on hosts. */
import { randomBytes } from 'node:crypto';
import { findSecret } from '../config/secret-text.ts';
import type { ConfigSource } from '../config/watch.ts';
import type { Caller } from '../hub.ts';
import { CancelWatch } from '../jobs/cancel-watch.ts';
import { stepNamed } from '../jobs/catalog.ts';
import { HostKeys } from '../jobs/enrolment/keys.ts';
import { SharedTrees, TreeStore } from '../jobs/files/repository.ts';
import { Scenes, sound } from '../jobs/files/scenes.ts';
import { hostKeyPins } from '../jobs/machine/host-key.ts';
import { overlayAddresses } from '../jobs/networks.ts';
import { Performer } from '../jobs/perform.ts';
import { Queues } from '../jobs/queue.ts';
import type { StepJob } from '../jobs/step-job.ts';
import { Walk } from '../jobs/walk.ts';
import { Workers } from '../jobs/worker.ts';
import { Links } from '../links.ts';
import { managerKeys } from './enrolment.ts';
import { HubWay } from './hub/place.ts';
import { openImages } from './images.ts';
import { openLogDesk } from './log-desk.ts';
import type { openState, WireOptions } from './state.ts';

/** The part that does the work on hosts: walks runs and serves lanes. */
export async function openWorks(
  options: WireOptions,
  state: Awaited<ReturnType<typeof openState>>,
  source: Pick<ConfigSource, 'current' | 'refresh'>,
) {
  const { redis, runs } = state;
  const { log, scrubber } = options;
  const step = options.step ?? stepNamed;
  const config = () => source.current;
  const links = new Links(
    config,
    options.state,
    () => overlayAddresses(state.state),
    () => hostKeyPins(state.state),
  );
  const { rotate, remove } = new HostKeys({
    store: state.hosts,
    agents: (host) => links.agents(host),
    inFile: (host) => Object.hasOwn(config().hosts, host) && !Object.hasOwn(config().enrolled ?? {}, host),
    async refresh() {
      await source.refresh();
      await links.locate();
    },
    managers: async () => managerKeys(await state.seen.all()).agent,
    log,
  });
  const hub = new HubWay({ state: options.state, live: state.state, config });
  const logs = openLogDesk(() => hub.client());
  const queues = new Queues(redis, step);
  const cancels = new CancelWatch(runs);
  const trees = new TreeStore(redis);
  const scenes = new Scenes({ config, trees: new SharedTrees(trees), values: state.values });
  const secret = async (text: string, path: string) => {
    const { environment = {} } = options;
    const found = await findSecret(text, { path, folder: config().folder, environment });
    scrubber.learn(found);
    return found;
  };
  const performer = new Performer({
    runs,
    state: state.state,
    step,
    async reach(host) {
      // It may have been added, or have changed its key, a moment ago.
      const { hosts, enrolled = {} } = config();
      if (!Object.hasOwn(hosts, host) || Object.hasOwn(enrolled, host)) await source.refresh();
      return links.reach(host);
    },
    beside: {
      get config() {
        return config();
      },
      enrolment: { rotate, remove },
      files: { scene: async () => sound(await scenes.current()), values: state.values },
      images: openImages(state, options.state),
      machines: state.machines,
      get hub() {
        return hub.configured
          ? {
              issue: async (caller: Caller) => (await hub.client()).issue(caller),
              standIn: (caller: Caller) => hub.standIn(caller),
            }
          : undefined;
      },
      secret,
    },
    logs: () => (hub.configured ? logs : undefined),
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
  return { links, hub, logs, queues, workers, walk, scenes, trees, secret };
}
