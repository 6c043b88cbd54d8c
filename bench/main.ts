/** `npm run bench [-- AREA] [--small] [--json FILE]`: a line per figure; exit 1 when any is short. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Area, drawFigure, type Figure } from './figure.ts';

/** Each is loaded when its turn comes: what is in memory is measured, too. */
const AREAS: Record<string, () => Promise<Area>> = {
  spine: async () => (await import('./spine/spine.ts')).spine,
  chat: async () => (await import('./chat/chat.ts')).chat,
  agent: async () => (await import('./agent/agent.ts')).agent,
  hubs: async () => (await import('./hubs/hubs.ts')).hubs,
  genesis: async () => (await import('./genesis/genesis.ts')).genesis,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(AREAS);
const unknown = names.find((name) => !Object.hasOwn(AREAS, name));
if (unknown) {
  console.error(`There is no area ${unknown}. Areas: ${Object.keys(AREAS).join(', ')}`);
  process.exit(2);
}
const figures: (Figure & { area: string })[] = [];
for (const name of names) {
  const area = await (AREAS[name] as () => Promise<Area>)();
  for await (const figure of area({ small: values.small })) {
    figures.push({ area: name, ...figure });
    console.log(drawFigure(figure));
  }
}
if (values.json) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
const short = figures.filter((figure) => !figure.ok).length;
console.log(`${figures.length} figures, ${short} short`);
process.exit(short > 0 && !values.small ? 1 : 0);
