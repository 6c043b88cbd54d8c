/** What the sample configuration has in comments for machines and images loads once its # are taken away. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { catalog } from '../../src/bot/catalog.ts';
import { catalogue } from '../../src/bot/command.ts';
import { lineCheck } from '../../src/bot/understood.ts';
import { BootSettings } from '../../src/config/boot.ts';
import { readConfig } from '../../src/config/load.ts';

const SAMPLE = join(import.meta.dirname, '../../config');

/** Lines of YAML that were comments; of two ways to say `dhcp`, the first one. */
const uncommented = (text: string): string =>
  text.replace(/^.*mode: proxy.*\n/m, '').replace(/^(\s*)# ?((?: {2})*[a-z][\w-]*:( .*)?)$/gm, '$1$2');

test('machines, profiles, the boot server and the nightly image load as their comments say', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-uncommented-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(SAMPLE, folder, { recursive: true });
  const change = async (file: string, to: (text: string) => string) =>
    writeFile(join(folder, file), to(await readFile(join(folder, file), 'utf8')));
  for (const file of ['boot.yml', 'machines.yml', 'profiles.yml', 'schedules.yml'])
    await change(file, uncommented);
  await writeFile(join(folder, 'keyGroups.yml'), 'keyGroups: { builders: { environment: build-7 } }\n');

  const { config, problems, warnings } = await readConfig(folder, lineCheck(catalogue(catalog)));
  assert.deepEqual([problems, warnings], [[], []]);
  assert.equal(config?.boot.host, 'local');
  assert.equal(config.boot.dhcp?.mode, 'authoritative');
  assert.deepEqual(
    [config.boot.profile, config.boot.as, config.boot.discovery],
    ['worker', 'admin', 'discovery'],
  );
  assert.equal(config.machines['node-7']?.power?.kind, 'ipmi');
  assert.equal(config.profiles.worker?.kernelLine, 'console=ttyS0');
  assert.equal(config.schedules['nightly-image']?.line, '/build image debian-live --promote');
});

test('beside another server that gives out addresses, the other line on DHCP loads', async () => {
  const text = await readFile(join(SAMPLE, 'boot.yml'), 'utf8');
  const line = text.split('\n').find((one) => one.includes('mode: proxy')) ?? '';
  assert.equal(
    BootSettings.parse({ ...parse(line.replace('# ', '')), address: '10.77.0.1' }).dhcp?.mode,
    'proxy',
  );
});
