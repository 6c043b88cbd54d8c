/** What machines are given as they boot, as the configuration says it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { problemsIn } from '../../src/hubs/config/checked.ts';
import { layerOf, layerOfFile, layersFor } from '../../src/hubs/config/layer-id.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-given-config-'));
  await mkdir(join(folder, 'templates'));
});
after(() => rm(folder, { recursive: true }));

const read = async (text: string) => {
  await writeFile(join(folder, 'muster.yml'), text);
  const { config, problems } = await readConfig(folder);
  return { config, said: problems.map(({ path, message }) => `${path}: ${message}`) };
};

test('a file goes somewhere: to targets, or to machines by a profile', async () => {
  const a = 'files: { a: { template: a, path: /etc/a } }\n';
  assert.deepEqual((await read(a)).said, [
    'files.a: it goes nowhere: it has no targets, and no profile has it among its files',
  ]);
  assert.equal((await read(a.replace('/etc/a', '/etc/a, targets: []'))).said.length, 1);
  assert.deepEqual((await read(`${a}profiles: { p: { files: [a] } }\n`)).said, []);
});

test('stacks are deployed in the name of somebody who is there', async () => {
  const text = 'hosts: { g: { link: local } }\npeople: { kim: {} }\nboot: { host: g, as: kin }\n';
  assert.deepEqual((await read(text)).said, ['boot.as: no person is called kin (did you mean kim?)']);
  assert.deepEqual((await read(text.replace('kin', 'kim'))).said, []);
});

test('the files of all machines are made before any boots', async () => {
  await writeFile(join(folder, 'templates/a'), 'one\n{{target.address}} {{x}}\n');
  const { config } = await read(
    [
      'files: { a: { template: a, path: /etc/a } }',
      'profiles: { p: { files: [a] }, q: {} }',
      'boot: { profile: p }',
      'machines: { n-1: { profile: q }, n-2: { address: 10.0.0.2/24 } }',
    ].join('\n'),
  );
  assert.ok(config);
  const found = await problemsIn(folder, config, '');
  assert.deepEqual(
    found.map(({ file, line, message }) => `${file}:${line} ${message}`),
    ['templates/a:2 a:2: the data has no x'],
  );
});

test('data has layers for labels, profiles and machines', () => {
  assert.deepEqual(layerOf('machine/node-7'), { kind: 'machine', of: 'machine', name: 'node-7' });
  assert.deepEqual(layerOf('secret/profile/web'), { kind: 'secret', of: 'profile', name: 'web' });
  assert.deepEqual(layerOf('label/rack-1.a'), { kind: 'label', of: 'label', name: 'rack-1.a' });
  assert.equal(layerOfFile('label-rack-1.a.yml'), 'label/rack-1.a');
  assert.equal(layerOfFile('secret-machine-node-7.json'), 'secret/machine/node-7');
  for (const odd of ['machine/', 'machine/a.b', 'machine/../x', 'label/', 'label/.a', 'label/a/b', 'stage/x'])
    assert.equal(layerOf(odd), undefined, odd);
  assert.deepEqual(
    layersFor({ host: 'n', environment: 'e', machine: { labels: ['b', 'a'], profile: 'p' } }),
    [
      ...['site', 'environment/e', 'label/b', 'label/a', 'profile/p', 'host/n', 'machine/n'],
      ...['secret', 'secret/environment/e', 'secret/label/b', 'secret/label/a', 'secret/profile/p'],
      ...['secret/host/n', 'secret/machine/n'],
    ],
  );
});
