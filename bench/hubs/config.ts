/** Files of templates and data: how soon a changed value is in the file that depends on it, and how fast files are rendered. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Mustache from 'mustache';
import { writeHubFile } from '../../src/client/config/write.ts';
import { wordsOf } from '../../src/client/words.ts';
import { Config } from '../../src/config/config.ts';
import { configFor } from '../../src/hubs/config/container.ts';
import { Scene } from '../../src/hubs/config/scene.ts';
import { Templates } from '../../src/hubs/config/template.ts';
import { treeOf } from '../../src/hubs/config/tree.ts';
import { NO_VALUES, withChanges } from '../../src/hubs/config/values.ts';
import { Secret } from '../../src/secret.ts';
import { type Area, none, percentile } from '../figure.ts';

const TEMPLATE = `# {{target.app}} on {{target.host}}
user {{user}};
{{#servers}}
server {
  listen {{address}}:{{port}};
  server_name {{name}};
  {{#tls}}ssl_certificate {{certificate}};{{/tls}}
  {{^tls}}# plain{{/tls}}
}
{{/servers}}
`;
const DATA = {
  user: 'www-data',
  target: { app: 'shop', host: 'web-1' },
  servers: Array.from({ length: 20 }, (_, index) => ({
    ...{ address: '10.0.0.1', port: 8_000 + index, name: `s${index}.example.org`, tls: index % 2 === 0 },
    certificate: '/etc/ssl/one.pem',
  })),
};

export const config: Area = async function* ({ small }) {
  yield* changed(small ? { templates: 50, changes: 3 } : { templates: 1_000, changes: 100 });
  yield ratio(small ? 50 : 1_000);
};

/** Each service has one file with a key of its own: the change of a key is rendered, fetched as its container does, and renamed into place. */
async function* changed({ templates, changes }: { templates: number; changes: number }) {
  const names = Array.from({ length: templates }, (_, index) => `f${index}`);
  const texts: Record<string, string> = { 'data/site.yml': JSON.stringify({ ...DATA, target: undefined }) };
  for (const name of names) texts[`templates/${name}`] = `${TEMPLATE}own {{own.${name}}}\n`;
  texts['data/app-shop.yml'] = JSON.stringify({ own: Object.fromEntries(names.map((name) => [name, 0])) });
  const files = Object.fromEntries(
    names.map((name) => [name, { template: name, path: `/${name}`, targets: [`app/shop/${name}`] }]),
  );
  const cloud = Config.parse({
    hosts: { 'web-1': { link: 'local' } },
    apps: { shop: { repository: '/nowhere', hosts: ['web-1'] } },
    files,
  });
  let scene = new Scene({ tree: treeOf(texts), config: cloud, values: NO_VALUES });
  for (const placed of scene.placed) scene.masked(placed);
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-config-'));
  const find = async () => new Secret('');
  const times: number[] = [];
  let others = 0;
  try {
    for (let round = 0; round < changes; round += 1) {
      const name = names[(round * 37) % names.length] as string;
      const began = performance.now();
      const change = { layer: 'app/shop', name: `own.${name}`, after: round + 1 };
      const next = scene.with(withChanges(scene.values, [change]));
      for (const placed of next.dependents) next.scene.masked(placed);
      const caller = { app: 'shop', host: 'web-1', service: name };
      const { files: own } = await configFor(next.scene, caller, find);
      for (const file of own) await writeHubFile({ ...file, path: join(folder, name) }, wordsOf());
      times.push(performance.now() - began);
      if (!(await readFile(join(folder, name), 'utf8')).endsWith(`own ${round + 1}\n`)) others += 1;
      others += next.dependents.filter(({ file }) => file !== name).length;
      scene = next.scene;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const median = percentile(times, 0.5);
  const name = `one key of ${templates} templates, to the rename, median`;
  yield { name, goal: '<= 20 ms', unit: 'ms' as const, measured: median, ok: median <= 20 };
  yield none('files rendered without need, or not as they were to be', others);
}

/** The same template and data, with each in turn. */
function ratio(rounds: number) {
  const ours = new Templates({ 'nginx.conf': TEMPLATE });
  const bare = new Mustache.Writer();
  const options = { escape: (text: string) => text };
  const acts = {
    ours: () => ours.render('nginx.conf', DATA).text,
    bare: () => bare.render(TEMPLATE, DATA, undefined, options),
  };
  if (acts.ours() !== acts.bare()) throw new Error('they do not render the same');
  const spent = { ours: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < 20; turn += 1) {
    for (const name of ['ours', 'bare'] as const) {
      const began = performance.now();
      for (let round = 0; round < rounds; round += 1) acts[name]();
      spent[name].push((rounds / (performance.now() - began)) * 1_000);
    }
  }
  const [measured, value] = [percentile(spent.ours, 0.5), percentile(spent.bare, 0.5)];
  return {
    ...{ name: 'files rendered', goal: '>= 0.8 x mustache.js', unit: '/s' as const, measured },
    ...{ peer: { name: 'mustache.js', value }, ok: measured >= 0.8 * value },
  };
}
