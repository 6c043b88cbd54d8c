/** Changes data and brings out the files that depend on it: on hosts, and in the containers of apps. */
import type { Config } from '../../config/config.ts';
import { unified } from '../../hubs/config/diff.ts';
import type { Placed } from '../../hubs/config/places.ts';
import type { Scene } from '../../hubs/config/scene.ts';
import type { ValueChange } from '../../hubs/config/values.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { healthy } from '../deploy/healthy.ts';
import { applyFiles } from '../files/apply.ts';
import { compareFiles } from '../files/compare.ts';
import { deliverFiles } from '../files/deliver.ts';
import { type Delivery, deliveryOf } from '../files/input.ts';
import { setValues } from '../files/set.ts';
import { writeFiles } from '../files/write.ts';
import type { Plan, Stage } from '../plan.ts';

/** How long containers may take to have a version in force, ms. */
const DELIVER_MS = 90_000;
/** The most lines of a diff that a card shows, and characters of one. */
const SHOWN = 12;
const CUT = 120;

/** What is live of an app on a host, as deploys noted it. */
export interface LiveApp {
  host: string;
  app: string;
  ref: string;
  commit: string;
}

/** Files that are to be brought out: what each comes to, and what runs of their apps. */
interface Bringing {
  config: Pick<Config, 'apps'>;
  scene: Scene;
  files: readonly Placed[];
  live: readonly LiveApp[];
  overwrite: boolean;
}

/** The plan of `/config set` and `/config rollback`; `before` is the scene as it is now. */
export function setPlan(
  parts: Omit<Bringing, 'overwrite'> & {
    before: Scene;
    changes: readonly ValueChange[];
    /** A host in whose lane the change of the data is queued, where no file depends on it. */
    host: string;
    by: { person: string; platform: string; chat: string };
    why?: string;
    line: string;
  },
): Plan {
  const { before, scene, files, changes, by, why, line } = parts;
  const { plans } = messages().files;
  const what = describeChanges(changes);
  const shows = showsOf(before, scene, files);
  const host = files[0]?.host ?? parts.host;
  const set = setValues({ host, changes: [...changes], by, summary: what, why, shows, apps: appsOf(files) });
  return {
    title: plans.set({ what }),
    done: plans.done({ what, count: files.length }),
    locks: ['config', ...locksOf(files)],
    stages: [{ name: 'set', steps: [set] }, ...bringing({ ...parts, overwrite: false })],
    next: '/config history',
    again: line,
    shows,
  };
}

/** The plan of `/config apply`. */
export function applyPlan(parts: Bringing & { targets: readonly string[] }): Plan {
  const { targets, files } = parts;
  const target = targets.join(', ');
  const { plans } = messages().files;
  return {
    title: plans.apply({ target, count: files.length }),
    done: plans.applied({ target, count: files.length }),
    locks: ['config', ...locksOf(files)],
    stages: bringing(parts),
    next: `/config show ${targets[0]}`,
    again: `/config apply ${targets.join(' ')}`,
  };
}

/** The plan of `/config diff`: what would change on hosts. */
export function comparePlan({
  scene,
  files,
  target,
}: {
  scene: Scene;
  files: readonly Placed[];
  target: string;
}): Plan {
  const { plans } = messages().files;
  return {
    title: plans.look({ target }),
    done: plans.looked({ target }),
    locks: [],
    stages: [
      { name: 'diff', steps: byHost(scene, files).map(([host, own]) => compareFiles({ host, files: own })) },
    ],
    next: `/config apply ${target}`,
  };
}

/** What differs between two scenes, file by file, with masks: lines for a card, no more than people read. */
export function showsOf(before: Scene, after: Scene, files: readonly Placed[], most = SHOWN): string[] {
  const { diff } = messages().files;
  const byDiff = new Map<string, string[]>();
  for (const placed of files) {
    const text = [`${placed.settings.path}`, ...unified(maskedOf(before, placed), after.masked(placed))];
    if (text.length === 1) continue;
    const key = text.join('\n');
    byDiff.set(key, [...(byDiff.get(key) ?? []), placed.app ? `${placed.app}@${placed.host}` : placed.host]);
  }
  const lines = [...byDiff].flatMap(([key, where]) => {
    const [path = '', ...rest] = key.split('\n');
    return [`${path} · ${[...new Set(where)].join(', ')}`, ...rest];
  });
  const clean = lines.map((line) => cut(printable(line)));
  if (clean.length <= most) return clean;
  return [...clean.slice(0, most), diff.more({ count: clean.length - most })];
}

/** A file that could not be made before is a new one. */
function maskedOf(scene: Scene, placed: Placed): string {
  try {
    return scene.masked(placed);
  } catch {
    return '';
  }
}

const cut = (line: string): string => (line.length > CUT ? `${line.slice(0, CUT - 1)}…` : line);

function bringing({ config, scene, files, live, overwrite }: Bringing): Stage[] {
  const hosts = byHost(
    scene,
    files.filter(({ app }) => app === undefined),
  );
  const effects = hosts.map(
    ([host, own]) => [host, own.filter(({ apply, healthy: well }) => apply ?? well)] as const,
  );
  const after = effects.flatMap(([host, own]) => (own.length > 0 ? [applyFiles({ host, files: own })] : []));
  const apps = appsOf(files);
  const well = live.filter(({ app, host }) => apps.some((one) => one.app === app && one.host === host));
  const stages: Stage[] = [
    { name: 'write', steps: hosts.map(([host, own]) => writeFiles({ host, files: own, overwrite })) },
    { name: 'apply', steps: after },
    {
      name: 'deliver',
      steps: apps.map(({ host, app }) => deliverFiles({ host, app, within: DELIVER_MS })),
    },
    {
      name: 'healthy',
      steps: well.map((one) => healthy({ ...one, within: config.apps[one.app]?.healthy ?? DELIVER_MS })),
    },
  ];
  return stages.filter(({ steps }) => steps.length > 0);
}

/** The apps that get files, on each host once. */
function appsOf(files: readonly Placed[]): { host: string; app: string }[] {
  const found = files.flatMap(({ host, app }) => (app ? [[`${app} ${host}`, { host, app }] as const] : []));
  return [...new Map(found).values()];
}

/** What each host is told, in the order of the configuration. */
function byHost(scene: Scene, files: readonly Placed[]): [host: string, files: Delivery[]][] {
  const hosts = new Map<string, Delivery[]>();
  for (const placed of files)
    hosts.set(placed.host, [...(hosts.get(placed.host) ?? []), deliveryOf(scene.plan(placed))]);
  return [...hosts];
}

const locksOf = (files: readonly Placed[]): string[] => [
  ...new Set(files.map(({ host, app }) => (app === undefined ? `host/${host}` : `app/${app}`))),
];

/** `app/shop: db.host, db.port`. */
function describeChanges(changes: readonly ValueChange[]): string {
  const { plans } = messages().files;
  const layers = [...new Set(changes.map(({ layer }) => layer))];
  return layers
    .slice(0, 3)
    .map((layer) => {
      const names = changes.flatMap((one) => (one.layer === layer ? [one.name] : []));
      return plans.changes({ layer, names: names.slice(0, 4), more: Math.max(0, names.length - 4) });
    })
    .join('; ');
}
