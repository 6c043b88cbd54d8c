/** Changes data that files are made of, and brings these out: diffed, approved where the rules say so, taken back where it fails. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { layerOf } from '../../hubs/config/layer-id.ts';
import {
  changesBetween,
  readValue,
  type ValueChange,
  valueProblem,
  valuesAt,
  withChanges,
} from '../../hubs/config/values.ts';
import { sound } from '../../jobs/files/scenes.ts';
import { applyPlan, comparePlan, setPlan, showsOf } from '../../jobs/plans/files.ts';
import { messages } from '../../messages/messages.ts';
import { filesOf, liveApps, scopeOf } from '../answers/files.ts';
import { defineCommand, type Reply } from '../command.ts';
import type { House } from '../house.ts';
import { demandTrusted } from '../known.ts';

const Target = z.string().max(300);
const Why = z.string().max(500).optional();

export const configDiff = defineCommand({
  name: 'config diff',
  about: () => messages().commands['config diff'],
  examples: ['config diff host/web-1', 'config diff app/shop 12'],
  input: z.object({ target: Target, version: z.number().int().min(0).optional() }),
  words: ['target', 'version'],
  risk: 'read',
  scope: ({ target }) => scopeOf(target),
  async plan({ target, version }, house) {
    const scene = sound(await house.files.current());
    const files = filesOf(scene, house, target);
    const onHosts = files.filter(({ app }) => app === undefined);
    if (version === undefined && onHosts.length > 0) return comparePlan({ scene, files: onHosts, target });
    const history = await house.files.history();
    const last = history.at(-1)?.version ?? 0;
    const then = await valuesOf(house, version ?? Math.max(0, last - 1));
    const lines = showsOf(scene.with(then).scene, scene, files, 60);
    return { text: lines.length === 0 ? messages().files.diff.none : lines.join('\n'), printedFrom: 0 };
  },
});

export const configApply = defineCommand({
  name: 'config apply',
  about: () => messages().commands['config apply'],
  examples: [
    'config apply host/web-1',
    'config apply label/edge app/shop --dry-run',
    'config apply host/web-1 --overwrite',
  ],
  input: z.object({ targets: z.array(Target).min(1), overwrite: z.boolean().default(false) }),
  words: ['targets'],
  risk: 'change',
  scope: ({ targets }) => targets.map(scopeOf),
  async plan({ targets, overwrite }, house) {
    const { config, state } = house;
    const scene = sound(await house.files.current());
    const files = [...new Set(targets.flatMap((target) => filesOf(scene, house, target)))];
    demandTrusted(
      config,
      files.map(({ host }) => host),
    );
    const live = await liveApps(state, files);
    return applyPlan({ config, scene, files, live, overwrite, targets });
  },
});

export const configSet = defineCommand({
  name: 'config set',
  about: () => messages().commands['config set'],
  examples: [
    'config set app/shop db.host=10.0.0.5',
    'config set site "ports=[80, 443]" --why "the new door"',
    'config set host/web-1 --unset db.host',
  ],
  input: z.object({
    layer: Target,
    values: z.array(z.string()).optional(),
    unset: z.array(z.string()).optional(),
    why: Why,
  }),
  words: ['layer', 'values'],
  risk: 'change',
  scope: ({ layer }) => `config/${layer.replaceAll('/', '-')}`,
  async plan({ layer, values = [], unset = [], why }, house) {
    const { answers } = messages().files;
    const known = layerOf(layer);
    if (known?.kind === 'secret') return { text: answers.noSecrets, refused: true };
    if (!known || !(await exists(layer, house))) return { text: answers.layers, refused: true };
    const assigned = assignments(values);
    if (!assigned || assigned.length + unset.length === 0)
      return { text: answers.wrongAssignment, refused: true };
    const scene = await house.files.current();
    const set = scene.values.layers[layer] ?? {};
    const wanted = [...assigned, ...unset.map((name) => ({ name, after: undefined }))];
    for (const { name, after } of wanted) {
      const problem = valueProblem(name, after);
      if (problem) throw new MusterError('files.value', { name, problem });
    }
    const changes = wanted
      .map(({ name, after }) => ({ layer, name, before: set[name], after }) as ValueChange)
      .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
    return planned(changes, why, house);
  },
});

export const configRollback = defineCommand({
  name: 'config rollback',
  about: () => messages().commands['config rollback'],
  examples: ['config rollback app/shop', 'config rollback 12'],
  input: z.object({ to: Target, why: Why }),
  words: ['to'],
  risk: 'change',
  scope: ({ to }) => (/^\d+$/.test(to) ? 'cloud' : `config/${to.replaceAll('/', '-')}`),
  async plan({ to, why }, house) {
    const scene = await house.files.current();
    if (/^\d+$/.test(to)) {
      const then = await valuesOf(house, Number(to));
      return planned(changesBetween(scene.values, then), why, house);
    }
    if (!layerOf(to)) return { text: messages().files.answers.layers, refused: true };
    const history = await house.files.history();
    // What failed was taken back already: to go back to before it would be to do it again.
    const failed = new Set(history.flatMap(({ run, back }) => (back ? [run] : [])));
    const last = history.findLast(
      ({ run, changes }) => !failed.has(run) && changes.some(({ layer }) => layer === to),
    );
    if (!last) return { text: messages().files.answers.noHistory, refused: true };
    const then = valuesAt(scene.values, history, last.version - 1);
    return planned(
      changesBetween(scene.values, then).filter(({ layer }) => layer === to),
      why,
      house,
    );
  },
});

/** The plan of a change of data. */
async function planned(changes: readonly ValueChange[], why: string | undefined, house: House) {
  const { config, state, caller } = house;
  const { answers } = messages().files;
  if (changes.length === 0) return { text: answers.same } satisfies Reply;
  const before = sound(await house.files.current());
  const { scene, dependents: files } = before.with(withChanges(before.values, changes));
  const names = Object.keys(config.hosts);
  const host = names.find((name) => config.hosts[name]?.link === 'local') ?? names[0];
  if (host === undefined) return { text: answers.noHosts, refused: true } satisfies Reply;
  demandTrusted(
    config,
    files.map((one) => one.host),
  );
  const { person, platform, chat } = caller;
  const live = await liveApps(state, files);
  const parts = { config, before, scene, files, live, changes, host, why, line: '/config history' };
  return setPlan({ ...parts, by: { person, platform, chat } });
}

/** The values after a version; rejects with `files.version` where that is not known any more. */
async function valuesOf({ files }: House, version: number) {
  const [{ values }, history] = await Promise.all([files.current(), files.history()]);
  const oldest = (history[0]?.version ?? 1) - 1;
  if (version < oldest || version > values.version) throw new MusterError('files.version', { version });
  return valuesAt(values, history, version);
}

/** Whether there is a host, an app, a machine or a profile of a layer; environments and labels are whatever files and machines say. */
async function exists(layer: string, { config, state }: House): Promise<boolean> {
  const { of, name = '' } = layerOf(layer) ?? {};
  if (of === 'profile') return Object.hasOwn(config.profiles, name);
  if (of === 'machine' || of === 'label') {
    // Some were added in chats, where their labels are set, too.
    const added = await state.all('machines');
    if (of === 'machine') return Object.hasOwn(config.machines, name) || Object.hasOwn(added, name);
    const labels = Object.values(config.machines).flatMap((machine) => machine.labels);
    return labels.includes(name) || Object.values(added).some((one) => labelsOf(one).includes(name));
  }
  if (of === 'host') return Object.hasOwn(config.hosts, name);
  if (of === 'app') return Object.hasOwn(config.apps, name);
  return of === undefined || Object.values(config.files).some(({ environment }) => environment === name);
}

const labelsOf = (record: unknown): unknown[] => {
  const { labels = [] } = (record as { machine?: { labels?: unknown[] } } | null)?.machine ?? {};
  return labels;
};

/** Names and values; what was parted at a comma within a value is put together again. Undefined where there is no name. */
function assignments(words: readonly string[]): { name: string; after: unknown }[] | undefined {
  const whole: string[] = [];
  for (const word of words) {
    const last = whole.at(-1);
    if (/^[^\s=[\]{}"]+=/.test(word)) whole.push(word);
    else if (last === undefined) return undefined;
    else whole[whole.length - 1] = `${last},${word}`;
  }
  return whole.map((text) => {
    const [name = '', value = ''] = text.split(/=(.*)/s);
    return { name, after: readValue(value) };
  });
}
