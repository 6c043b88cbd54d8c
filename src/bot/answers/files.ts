/** Files of templates and data, as answers tell them. */
import { MusterError } from '../../errors.ts';
import { chosenFiles, nearTarget, type Placed } from '../../hubs/config/places.ts';
import { idOfLayer, type Scene } from '../../hubs/config/scene.ts';
import type { ValueChange, Version } from '../../hubs/config/values.ts';
import type { LiveApp } from '../../jobs/plans/files.ts';
import type { LiveState } from '../../jobs/step.ts';
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import type { House } from '../house.ts';
import { deployedOn, liveOn } from './generations.ts';

/** The longest value that is told whole, characters. */
const LONGEST = 80;

/** The files of a target; rejects with `files.target`, or `files.none` where there are none. */
export function filesOf(scene: Scene, { config }: Pick<House, 'config'>, target: string): Placed[] {
  const found = chosenFiles(scene.placed, config, target);
  if (!found) throw new MusterError('files.target', { name: target, near: nearTarget(config, target) });
  if (found.length === 0) throw new MusterError('files.none', { target });
  return found;
}

/** What a person has to be allowed to see or change a target's files: `host/web-1`, `app/shop`, and `cloud` for all else. */
export const scopeOf = (target: string): string => {
  const [, scope] = /^((?:host|app)\/[a-z0-9-]+)(?:\/|$)/.exec(target) ?? [];
  return scope ?? 'cloud';
};

/** What runs of the apps of these files, where they go. */
export async function liveApps(state: LiveState, files: readonly Placed[]): Promise<LiveApp[]> {
  const found: LiveApp[] = [];
  for (const app of new Set(files.flatMap((one) => one.app ?? []))) {
    const deployed = await deployedOn(state, app);
    for (const host of new Set(files.flatMap((one) => (one.app === app ? [one.host] : [])))) {
      const live = liveOn(deployed[host]);
      if (live) found.push({ app, host, ref: live.ref, commit: live.commit });
    }
  }
  return found;
}

/** What the data of a place holds, a line a value, with its layer. */
export function drawData(scene: Scene, placed: Placed): string[] {
  const { answers } = messages().files;
  const { data, from } = scene.data(placed);
  const { app, host } = placed;
  const target = app === undefined ? `host/${host}` : `app/${app} ${host}`;
  const lines = [...from].map(([name, layer]) => {
    const facts = { name, value: short(valueAt(data, name)), layer: idOfLayer(layer) };
    return `  ${(layer.live ? answers.valueSet : answers.value)(facts)}`;
  });
  if (lines.length === 0) return [answers.noData];
  return [answers.data({ target, version: scene.values.version }), ...lines];
}

/** A version, with its changes. */
export function drawVersion({ version, at, by, run, why, changes }: Version): string[] {
  const { answers } = messages().files;
  return [
    answers.version({ version, at: humanTime(at), by, run }),
    ...(why === undefined ? [] : [`  ${answers.why({ why })}`]),
    ...changes.map((change) => `  ${drawChange(change)}`),
  ];
}

function drawChange({ layer, name, before, after }: ValueChange): string {
  const { answers } = messages().files;
  const said = (value: unknown) => (value === undefined ? answers.unset : short(value));
  return answers.change({ layer, name, before: said(before), after: said(after) });
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};

function valueAt(data: object, name: string): unknown {
  let value: unknown = data;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}
