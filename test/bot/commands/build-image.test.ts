import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { buildImage } from '../../../src/bot/commands/build-image.ts';
import type { House } from '../../../src/bot/house.ts';
import { readConfig } from '../../../src/config/load.ts';
import type { Gathered } from '../../../src/jobs/keys/gather.ts';
import { type Plan, planHash } from '../../../src/jobs/plan.ts';
import { folderOf } from '../../config/folder.ts';
import { newKey } from '../../keys.ts';

const [type = '', data = ''] = newKey().split(' ');
const gathered: Gathered = {
  groups: new Map([
    ['ops', { keys: [{ key: { type, data, person: 'zoe@x' }, from: ['ops keys'], held: [] }], sources: [] }],
  ]),
  remarks: [],
};

/** A house over these settings, in which `/build image` is planned. */
async function houseOf(t: TestContext, settings: string, image: string) {
  const folder = await folderOf(t, { 'all.yml': settings });
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images/small.yml'), image);
  const asked: string[][] = [];
  const keys: House['keys'] = {
    gather: async (_, groups) => {
      asked.push([...groups]);
      return gathered;
    },
  };
  const plan = async (input: Record<string, unknown>): Promise<Plan> => {
    const { config, problems } = await readConfig(folder);
    assert.deepEqual(problems, []);
    const whole = buildImage.input.parse({ image: 'small', ...input });
    return (await buildImage.plan!(whole, { config: config!, keys } as House)) as Plan;
  };
  return { folder, asked, plan };
}
const kinds = ({ stages }: Plan) =>
  stages.map(({ name, steps }) => [name, ...steps.map(({ step, host }) => `${step} ${host}`)]);

const CLOUD = `
hosts:
  genesis: { link: local }
  far: { link: ssh, address: 10.0.0.9, labels: [build] }
  agent: { link: icp, address: 10.0.0.8 }
`;
const BOOT = `${CLOUD}boot: { host: genesis }\n`;

describe('/build image', () => {
  it('builds where machines boot from, makes a version, tries it with each firmware, and promotes it where asked to', async (t) => {
    const { plan } = await houseOf(t, BOOT, 'packages: [linux-image-amd64]\nkeep: 7\n');
    const whole = await plan({ promote: true });
    assert.deepEqual(kinds(whole), [
      ['build', 'image.build genesis'],
      ['publish', 'image.publish genesis'],
      ['try', 'image.gate genesis', 'image.gate genesis'],
      ['promote', 'image.promote genesis'],
    ]);
    assert.deepEqual(whole.locks, ['image/small']);
    assert.equal(whole.again, '/build image small --promote');
    assert.equal(whole.stages[1]!.steps[0]!.input.keep, 7);
    assert.deepEqual(kinds(await plan({})).at(-1)?.[0], 'try');
  });

  it('builds on another host, and has the image travel', async (t) => {
    const { plan } = await houseOf(t, BOOT, 'packages: [linux-image-amd64]\ngate: [uefi]\n');
    const { stages, again } = await plan({ on: 'far' });
    assert.deepEqual(stages[0]!.steps[0]!.host, 'far');
    assert.deepEqual([stages[1]!.steps[0]!.input.host, stages[1]!.steps[0]!.input.to], ['far', 'genesis']);
    assert.equal(stages[2]!.steps.length, 1);
    assert.equal(again, '/build image small --on far');
  });

  it('does not try what nothing boots, nor where Muster does not run', async (t) => {
    const docker = await houseOf(t, BOOT, 'formats: [docker]\ngate: []\n');
    assert.deepEqual(
      kinds(await docker.plan({})).map(([name]) => name),
      ['build', 'publish'],
    );
    const nowhere = await houseOf(t, CLOUD, 'packages: [linux-image-amd64]\n');
    assert.deepEqual(kinds(await nowhere.plan({})), [
      ['build', 'image.build far'],
      ['publish', 'image.publish far'],
    ]);
  });

  it('promises no promotion where nothing can be tried', async (t) => {
    const { plan } = await houseOf(t, CLOUD, 'packages: [linux-image-amd64]\n');
    await assert.rejects(plan({ promote: true }), { code: 'image.gatehost', message: /far is elsewhere/ });
    const docker = await houseOf(t, CLOUD, 'formats: [docker]\ngate: []\n');
    assert.equal(
      (await docker.plan({ promote: true, fresh: true })).again,
      '/build image small --promote --fresh',
    );
  });

  it('has keys of people in its plan, so that they agree to who may log in', async (t) => {
    const settings = `${BOOT}keyGroups: { ops: { files: [ops.keys] } }\n`;
    const { plan, asked } = await houseOf(t, settings, 'users: { root: { keys: [ops] } }\ngate: []\n');
    const { stages } = await plan({});
    assert.deepEqual(stages[0]!.steps[0]!.input.keys, { ops: [`${type} ${data} zoe@x`] });
    assert.deepEqual(asked, [['ops']]);
  });

  it('is another plan when what is built is another', async (t) => {
    const { folder, plan } = await houseOf(t, BOOT, 'files: [{ path: /etc/x, from: x }]\ngate: []\n');
    await writeFile(join(folder, 'images/x'), 'one');
    const before = planHash(await plan({}));
    assert.equal(planHash(await plan({})), before);
    await writeFile(join(folder, 'images/x'), 'two');
    assert.notEqual(planHash(await plan({})), before);
  });

  it('refuses an image and a host that are not there, and a host that only its agent reaches', async (t) => {
    const { plan } = await houseOf(t, BOOT, 'packages: []\n');
    await assert.rejects(plan({ image: 'smal' }), { code: 'config.unknown', message: /smal .*small/ });
    await assert.rejects(plan({ on: 'nowhere' }), { code: 'config.unknown' });
    await assert.rejects(plan({ on: 'agent' }), { code: 'host.agentonly' });
    const bare = await houseOf(t, 'people: {}\n', 'packages: []\n');
    await assert.rejects(bare.plan({}), { code: 'input.invalid', message: /no host builds images/ });
  });
});
