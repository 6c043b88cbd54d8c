import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startHouse, type TestHouse } from '../../house.ts';

const CONFIG = `
people: {reem: {identities: {test: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
`;

describe('the status', () => {
  let muster: TestHouse;
  before(async () => {
    muster = await startHouse(CONFIG);
  });
  after(() => muster.stop());

  const lines = async () => {
    const outcome = await muster.say('/status');
    return (outcome as { text: string }).text.split('\n');
  };
  const raise = (cause: string, key: string) =>
    muster.house.state.alerts.raise({
      key,
      cause,
      subject: `host/${key}`,
      summary: cause,
      severity: 'critical',
    });

  test('says nothing of alerts where there are none', async () => {
    assert.deepEqual(await lines(), [
      '● 1 host · 0 of 0 apps live · 0 open jobs',
      'Next: /jobs, /apps or /hosts',
    ]);
  });

  test('counts alerts by cause, those that somebody looks after, and none that is over', async () => {
    const { alerts } = muster.house.state;
    await raise('the disk is full', 'web-1');
    await raise('the disk is full', 'web-2');
    assert.deepEqual(await lines(), [
      '▲ 1 host · 0 of 0 apps live · 0 open jobs · 1 open alert',
      'Next: /alerts',
    ]);
    await raise('no answer', 'db');
    const [disk] = await alerts.all();
    await alerts.acknowledge(disk?.id as string, 'reem', 'r-1');
    assert.match((await lines())[0] as string, / · 2 open alerts \(1 acknowledged\)$/);
    for (const key of ['web-1', 'web-2', 'db']) await alerts.clear(key);
    assert.equal((await lines())[0], '● 1 host · 0 of 0 apps live · 0 open jobs');
  });
});
