/** Files that are made of templates and data: what they come to, where their data comes from, who changed it. */
import { z } from 'zod';
import { layerOf } from '../../hubs/config/layer-id.ts';
import { sound } from '../../jobs/files/scenes.ts';
import { writtenFiles } from '../../jobs/files/written.ts';
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import { drawData, drawVersion, filesOf, scopeOf } from '../answers/files.ts';
import { defineCommand } from '../command.ts';
import { attachment } from '../outbox/attachment.ts';

const Target = z.string().max(300);
/** The most lines that are shown in a message; the rest is in the file that comes with it. */
const SHOWN = 30;

export const configShow = defineCommand({
  name: 'config show',
  aliases: ['config'],
  about: () => messages().commands['config show'],
  examples: ['config show host/web-1', 'config show app/shop', 'config show cloud'],
  input: z.object({ target: Target.default('cloud') }),
  words: ['target'],
  risk: 'read',
  scope: ({ target }) => scopeOf(target),
  async answer({ target }, house) {
    const { answers } = messages().files;
    if (Object.keys(house.config.files).length === 0) return { text: answers.none };
    const scene = await house.files.current();
    const placed = filesOf(scene, house, target);
    const written = await writtenFiles(house.state);
    const names = [...new Set(placed.map(({ file }) => file))];
    const lines = names.flatMap((name) => {
      const own = placed.filter(({ file }) => file === name);
      const { path, template, targets } = own[0]!.settings;
      const known = written.filter(
        (one) => own.some(({ host, app }) => !app && host === one.host) && one.path === path,
      );
      return [
        answers.file({ name, path, template, names: targets }),
        ...known.map(({ host, at, run }) => `  ${answers.writtenAt({ host, at: humanTime(at), run })}`),
      ];
    });
    const places = new Map(placed.map((one) => [`${one.app} ${one.host} ${one.settings.environment}`, one]));
    const data = [...places.values()].slice(0, 3).flatMap((one) => drawData(scene, one));
    const all = [...lines, ...data, messages().phrases.next({ line: `/config diff ${target}` })];
    return whole(all, `config-${target}.txt`);
  },
});

export const configRender = defineCommand({
  name: 'config render',
  about: () => messages().commands['config render'],
  examples: ['config render host/web-1', 'config render app/shop nginx'],
  input: z.object({ target: Target, file: z.string().max(63).optional() }),
  words: ['target', 'file'],
  risk: 'read',
  scope: ({ target }) => scopeOf(target),
  async answer({ target, file }, house) {
    const { answers } = messages().files;
    const scene = sound(await house.files.current());
    const placed = filesOf(scene, house, target).filter((one) => file === undefined || one.file === file);
    if (placed.length === 0) return { text: answers.noFiles({ target: `${target} ${file}` }), refused: true };
    const lines = placed.flatMap((one) => [
      answers.rendered({ name: one.file, host: one.host, app: one.app }),
      ...scene
        .masked(one)
        .split('\n')
        .map((line) => `  ${line}`),
    ]);
    return { ...whole(lines, `${file ?? 'files'}.txt`), printedFrom: 1 };
  },
});

export const configHistory = defineCommand({
  name: 'config history',
  about: () => messages().commands['config history'],
  examples: ['config history', 'config history app/shop --count 5'],
  input: z.object({ layer: Target.optional(), count: z.number().int().min(1).max(100).default(10) }),
  words: ['layer'],
  risk: 'read',
  scope: ({ layer }) => (layer === undefined ? 'cloud' : `config/${layer.replaceAll('/', '-')}`),
  async answer({ layer, count }, { files }) {
    const { answers } = messages().files;
    if (layer !== undefined && !layerOf(layer)) return { text: answers.layers, refused: true };
    const all = (await files.history())
      .filter(({ changes }) => layer === undefined || changes.some((one) => one.layer === layer))
      .slice(-count)
      .reverse();
    if (all.length === 0) return { text: answers.noHistory };
    const lines = all.flatMap(drawVersion);
    const next = messages().phrases.next({ line: `/config rollback ${layer ?? all.at(-1)?.version}` });
    return whole([...lines, next], 'config-history.txt');
  },
});

/** The lines as a message, and all of them as a file where they are too many. */
function whole(lines: readonly string[], name: string) {
  if (lines.length <= SHOWN) return { text: lines.join('\n') };
  const more = messages().files.diff.more({ count: lines.length - SHOWN });
  return { text: [...lines.slice(0, SHOWN), more].join('\n'), file: attachment(name, lines) };
}
