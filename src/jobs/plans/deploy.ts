/** Rolls apps out and back, and reads their logs. */
import type { App } from '../../config/config.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { build } from '../deploy/build.ts';
import { composeFile } from '../deploy/compose.ts';
import { fetch } from '../deploy/fetch.ts';
import { healthy } from '../deploy/healthy.ts';
import { keep } from '../deploy/keep.ts';
import { logs } from '../deploy/logs.ts';
import { repositoryOf } from '../deploy/repository.ts';
import { restart } from '../deploy/restart.ts';
import { start } from '../deploy/start.ts';
import type { Door } from '../firewall/doors.ts';
import { exposeApp } from '../firewall/expose.ts';
import type { Plan, Stage } from '../plan.ts';

/** The plan of `/deploy APP [REF]`: `commit` is what `ref` stands for now, `folder` where the configuration is. */
export function deployPlan(parts: {
  app: string;
  settings: App;
  folder: string;
  ref: string;
  commit: string;
  hosts: readonly string[];
  /** The firewalls of those hosts that have one of Muster's. */
  doors?: readonly Door[];
}): Plan {
  const { app, settings, ref, commit, hosts, doors = [] } = parts;
  const { repository } = repositoryOf(settings, parts.folder);
  const each = hosts.map((host) => ({ host, app, ref, commit }));
  // All of a commit's name is for machines.
  const what = ref === commit ? `${app} ${short(commit)}` : `${app} ${ref} (${short(commit)})`;
  const { plans } = messages().jobs;
  return {
    title: plans.deploy({ what, hosts }),
    done: plans.deployed({ what, hosts }),
    locks: [`app/${app}`],
    stages: [
      { name: 'fetch', steps: each.map((release) => fetch({ ...release, repository })) },
      {
        name: 'compose',
        steps: each.map((release) => {
          const open = doors.find(({ host }) => host === release.host)?.open;
          return composeFile({ ...release, compose: settings.compose, ...(open && { open }) });
        }),
      },
      { name: 'build', steps: each.map((release) => build(release)) },
      ...going(settings, each, doors),
    ],
    next: `/logs ${app}`,
    undo: `/rollback ${app}`,
  };
}

/** The plan of `/rollback APP`: `back` is the generation to bring back on each host. */
export function rollbackPlan({
  app,
  settings,
  back,
  doors = [],
}: {
  app: string;
  settings: App;
  back: readonly { host: string; generation: string; commit: string; ref: string }[];
  /** The firewalls of those hosts that have one of Muster's. */
  doors?: readonly Door[];
}): Plan {
  const each = back.map(({ host, generation, commit, ref }) => ({ host, app, ref, commit, generation }));
  const releases = [...new Set(each.map(({ ref, commit }) => `${ref} (${short(commit)})`))];
  const words = { app, releases, hosts: each.map(({ host }) => host) };
  const { plans } = messages().jobs;
  return {
    title: plans.rollback(words),
    done: plans.rolledBack(words),
    locks: [`app/${app}`],
    stages: going(settings, each, doors),
    next: `/logs ${app}`,
  };
}

/** The plan of `/restart APP`: `live` is what runs on each host. */
export function restartPlan({
  app,
  settings,
  live,
}: {
  app: string;
  settings: App;
  live: readonly { host: string; app: string; ref: string; commit: string }[];
}): Plan {
  const { plans } = messages().jobs;
  const words = { app, hosts: live.map(({ host }) => host) };
  return {
    title: plans.restart(words),
    done: plans.restarted(words),
    locks: [`app/${app}`],
    stages: [
      { name: 'restart', steps: live.map((release) => restart(release)) },
      { name: 'healthy', steps: live.map((release) => healthy({ ...release, within: settings.healthy })) },
    ],
    next: `/health ${app}`,
  };
}

/** The plan of `/logs APP`; `since` in ms. */
export function logsPlan({
  app,
  hosts,
  ...choice
}: {
  app: string;
  hosts: readonly string[];
  follow?: boolean;
  since?: number;
  grep?: string;
  tail?: number;
}): Plan {
  const { plans } = messages().jobs;
  return {
    title: plans.logs({ app, hosts }),
    done: plans.logged({ app, hosts }),
    locks: [],
    stages: [{ name: 'logs', steps: hosts.map((host) => logs({ host, app, ...choice })) }],
    next: choice.follow ? '/status' : `/logs ${app} --follow`,
    fleeting: true,
  };
}

type Releases = readonly { host: string; app: string; ref: string; commit: string; generation?: string }[];

/** From here on what runs is touched: put in place, wait, let in what it exposes, keep. */
const going = (settings: App, each: Releases, doors: readonly Door[]) => [
  { name: 'start', steps: each.map((release) => start(release)) },
  { name: 'healthy', steps: each.map((release) => healthy({ ...release, within: settings.healthy })) },
  ...exposing(each, doors),
  { name: 'keep', steps: each.map((release) => keep({ ...release, keep: settings.keep })) },
];

/** No stage where everything is as it is to be. */
function exposing(each: Releases, doors: readonly Door[]): Stage[] {
  const steps = each.flatMap(({ host, app }) => {
    const door = doors.find((one) => one.host === host && !one.settled);
    return door ? [exposeApp({ host, app, rules: door.rules, probes: door.probes })] : [];
  });
  return steps.length > 0 ? [{ name: 'expose', steps }] : [];
}
